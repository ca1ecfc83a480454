namespace HaWebhook.Policy.Tests.Manifests;

public sealed class DocumentTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# a comment\n")]
    [InlineData("---\n")]
    [InlineData("---\n---\n# nothing\n---\n...\n...\n")]
    [InlineData("--- # nothing\n")]
    [InlineData("%YAML 1.1\n---\n# nothing\n")]
    [InlineData("\uFEFF")]
    [InlineData("\t\r\n")]
    public void Documents_without_content_are_dropped(string text)
    {
        Assert.Empty(Reading.Documents(text));
    }

    [Theory]
    [InlineData("a: 1", "1: {\"a\":1}")]
    [InlineData("a: 1\n---\nb: 2\n", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("---\na: 1\n---\n\n# c\nb: 2\n", "2: {\"a\":1}", "6: {\"b\":2}")]
    [InlineData("---\n---\na: 1\n", "3: {\"a\":1}")]
    [InlineData("a: 1\n--- # second\nb: 2\n", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("a: 1\n---\tx\n", "1: {\"a\":1}", "2: \"x\"")]
    [InlineData("--- {a: 1}\n--- [2]\n", "1: {\"a\":1}", "2: [2]")]
    [InlineData("--- |\n  text\n--- >-\n  text\n", "1: \"text\\n\"", "3: \"text\"")]
    [InlineData("a: 1\n...\nb: 2\n", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("a: 1\n...\n---\nb: 2\n...\n", "1: {\"a\":1}", "4: {\"b\":2}")]
    [InlineData("%YAML 1.1\n# c\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2\n", "4: {\"a\":1}", "8: {\"b\":2}")]
    [InlineData("a: |\n  ---\n  ...\nb: 2\n", "1: {\"a\":\"---\\n...\\n\",\"b\":2}")]
    [InlineData("a: ---x\n---x: 1\n", "1: {\"a\":\"---x\",\"---x\":1}")]
    [InlineData("\uFEFFa: 1\n---\n\uFEFFb: 2\n", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("a: 1\n\uFEFF---\nb: 2\n", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n", "1: {\"a\":1}", "3: {\"b\":\"x\\ny\\n\"}")]
    [InlineData("a: 1\r---\rb: 2\r", "1: {\"a\":1}", "3: {\"b\":2}")]
    [InlineData("null\n---\n~\n", "1: null", "3: null")]
    [InlineData("---\n{\"a\": 1}\n---\nb: 2\n", "2: {\"a\":1}", "4: {\"b\":2}")]
    public void A_file_is_split_into_its_documents(string text, params string[] documents)
    {
        Assert.Equal(documents, Reading.Documents(text));
    }

    [Theory]
    [InlineData("a: 1\n---\nb: c: d\n---\ne: 2\n")]
    [InlineData("a: 1\n---\nb: [c\n---\ne: 2\n")]
    [InlineData("a: 1\n---\nb: 'c\n---\ne: 2\n")]
    [InlineData("a: 1\n---\n{\"b\":\n---\ne: 2\n")]
    [InlineData("a: 1\n---\n\tb: c\n---\ne: 2\n")]
    [InlineData("a: 1\n---\nb: \0\n---\ne: 2\n")]
    [InlineData("a: 1\n---\nb: *x\n---\ne: 2\n")]
    public void A_broken_document_leaves_the_others_readable(string text)
    {
        var documents = Reading.Documents(text);

        Assert.Equal(3, documents.Length);
        Assert.Equal("1: {\"a\":1}", documents[0]);
        Assert.StartsWith("3: error in 3: ", documents[1], StringComparison.Ordinal);
        Assert.Equal("5: {\"e\":2}", documents[2]);
    }

    [Theory]
    [InlineData("a: 1\nb: c: d\n", "2: not valid YAML: while scanning a plain scalar value, found invalid mapping")]
    [InlineData("a: 1\n- b\n", "2: not valid YAML: while parsing a block mapping, did not find expected key")]
    [InlineData("a:\n  b: 1\n c: 2\n", "3: not valid YAML: while parsing a block mapping, did not find expected key")]
    [InlineData("a: 'b\nc: d\n", "1: not valid YAML: while scanning a quoted scalar, found unexpected end of stream")]
    [InlineData("a: \"\\q\"\n", "1: not valid YAML: while scanning a quoted scalar, found unknown escape character")]
    [InlineData("a: @b\n", "1: not valid YAML: while scanning for the next token, found character that cannot start any token")]
    [InlineData("a: {b: c\n\n", "1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'")]
    [InlineData("a: [b\nc: d\n", "2: not valid YAML: while parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("a: &x &y b\n", "1: not valid YAML: while parsing a node, found more than one anchor")]
    [InlineData("a: !e!x b\n", "1: not valid YAML: while parsing a node, found undefined tag handle")]
    [InlineData("%YAML 2.0\n---\na: 1\n", "1: not valid YAML: found incompatible YAML document")]
    [InlineData("%YAML 1.1\na: 1\n", "2: not valid YAML: did not find expected <document start>")]
    [InlineData("%a: 1\n", "1: not valid YAML: while scanning a directive, found unexpected non-alphabetical character")]
    [InlineData("a: \0b\n", "1: the character U+0000 is not allowed in YAML")]
    [InlineData("a: 1\nb: \u001B[0m\n", "2: the character U+001B is not allowed in YAML")]
    [InlineData("a: \uFFFF\n", "1: the character U+FFFF is not allowed in YAML")]
    [InlineData("a:\n\tb: c\n", "2: a tab cannot indent YAML: use spaces")]
    [InlineData("a: b\n\tc: d\n", "2: a tab cannot indent YAML: use spaces")]
    [InlineData("a:\n  - b\n  \t- c: d\n", "3: a tab cannot indent YAML: use spaces")]
    [InlineData("\ta: b\n", "1: a tab cannot indent YAML: use spaces")]
    [InlineData("-\ta\n", "1: a tab cannot indent YAML: use spaces")]
    public void An_error_has_its_line_and_one_line_of_text(string text, string error)
    {
        Assert.Equal(error, Reading.Error(text));
    }

    [Fact]
    public void Half_a_character_is_an_error()
    {
        // An attribute could not hold these.
        Assert.Equal("1: the character U+D83D is not allowed in YAML", Reading.Error("a: \ud83d\n"));
        Assert.Equal("1: the character U+DE00 is not allowed in YAML", Reading.Error("a: \ude00\n"));
        Assert.Equal("1: the character U+D83D is not allowed in YAML", Reading.Error("a: \ud83d"));
    }

    [Theory]
    [InlineData("a:\tb\n", "{\"a\":\"b\"}")]
    [InlineData("a: b\tc\n", "{\"a\":\"b\\tc\"}")]
    [InlineData("a: b\t# c\n", "{\"a\":\"b\"}")]
    [InlineData("a: [\n\tb\n]\n", "{\"a\":[\"b\"]}")]
    [InlineData("a: |\n  b\n  \tc\n", "{\"a\":\"b\\n\\tc\\n\"}")]
    public void Tabs_that_do_not_indent_are_fine(string text, string json)
    {
        Assert.Equal(json, Reading.Json(text));
    }

    [Theory]
    [InlineData("kind: X\nreplicas: {{ .Values.replicas }}\n", 2)]
    [InlineData("{{- if .Values.on }}\nkind: X\n{{- end }}\n", 1)]
    [InlineData("{{ .Values.all }}\n", 1)]
    [InlineData("kind: X\nmetadata:\n  {{- toYaml .Values.meta | nindent 2 }}\n", 3)]
    public void An_unrendered_template_is_named_as_such(string text, int line)
    {
        Assert.Equal(
            $"{line}: this looks like an unrendered template ({{{{ }}}}): render it first, for instance with helm template",
            Reading.Error(text));
    }

    [Fact]
    public void Braces_in_a_valid_document_are_no_template()
    {
        Assert.Equal("{\"a\":\"{{ .x }}\"}", Reading.Json("a: '{{ .x }}'\n"));
    }
}
