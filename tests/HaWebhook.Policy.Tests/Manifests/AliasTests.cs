namespace HaWebhook.Policy.Tests.Manifests;

public sealed class AliasTests
{
    [Theory]
    [InlineData("a: &x 1\nb: *x\n", "{\"a\":1,\"b\":1}")]
    [InlineData("a: &x {k: [1]}\nb: *x\n", "{\"a\":{\"k\":[1]},\"b\":{\"k\":[1]}}")]
    [InlineData("a: &x\nb: *x\n", "{\"a\":null,\"b\":null}")]
    [InlineData("a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":2}")]
    [InlineData("&x a: *x\n", "{\"a\":\"a\"}")]
    [InlineData("&x a: 1\n*x : 2\n", null)]
    [InlineData("- &x k\n- *x : v\n", "[\"k\",{\"k\":\"v\"}]")]
    [InlineData("- &x [&x 1]\n- *x\n", "[[1],1]")]
    public void An_alias_stands_for_the_anchor_before_it(string text, string? json)
    {
        Assert.Equal(json ?? "2: duplicate key \"a\": it is already on line 1", json is null ? Reading.Error(text) : Reading.Json(text));
    }

    [Theory]
    [InlineData("a: 1\nb: *x\n", "2: the alias \"*x\" has no anchor before it")]
    [InlineData("a: *x\nb: &x 1\n", "1: the alias \"*x\" has no anchor before it")]
    [InlineData("a: &x\n  b: *x\n", "2: the alias \"*x\" stands inside the value it names")]
    [InlineData("a: &x [1, *x]\n", "1: the alias \"*x\" stands inside the value it names")]
    [InlineData("- &x [&x [*x]]\n", "1: the alias \"*x\" stands inside the value it names")]
    public void An_alias_without_a_value_is_an_error(string text, string error)
    {
        Assert.Equal(error, Reading.Error(text));
    }

    [Fact]
    public void Anchors_end_with_their_document()
    {
        Assert.Equal(
            ["1: {\"a\":1}", "3: error in 3: the alias \"*x\" has no anchor before it"],
            Reading.Documents("a: &x 1\n---\nb: *x\n"));
    }

    [Theory]
    [InlineData("a: &a {x: 1, w: 2}\nb: {<<: *a, z: 3}\n", "{\"z\":3,\"x\":1,\"w\":2}")]
    [InlineData("a: &a {x: 1, w: 2}\nb: {<<: *a, x: 9}\n", "{\"x\":9,\"w\":2}")]
    [InlineData("a: &a {x: 1, w: 2}\nb: {x: 9, <<: *a}\n", "{\"x\":9,\"w\":2}")]
    [InlineData("a: &a {x: 1}\nb: {<<: [*a, {x: 2, w: 3}]}\n", "{\"x\":1,\"w\":3}")]
    [InlineData("a: &a {x: 1}\nb: {<<: {x: 2, <<: {x: 3, w: 4}}}\n", "{\"x\":2,\"w\":4}")]
    [InlineData("a: &a {x: 1}\nb: {<<: *a, <<: {x: 2}}\n", "{\"x\":2}")]
    [InlineData("a: &a {x: 1}\nb: {!!merge <<: *a}\n", "{\"x\":1}")]
    [InlineData("a: &a {x: 1}\nb: {<<: []}\n", "{}")]
    [InlineData("a: &a {x: 1}\nb: {'<<': *a}\n", "{\"<<\":{\"x\":1}}")]
    [InlineData("a: &a {x: 1}\nb: {k: <<}\n", "{\"k\":\"<<\"}")]
    [InlineData("a: &a {x: 1}\nb: [<<: *a]\n", "[{\"x\":1}]")]
    public void A_merge_key_adds_what_the_mapping_lacks(string text, string merged)
    {
        Assert.EndsWith($",\"b\":{merged}}}", Reading.Json(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: 1\n<<: 2\n")]
    [InlineData("a: &x null\n<<: *x\n")]
    [InlineData("a: &x null\n<<: [*x]\n")]
    [InlineData("a: 1\n<<: [[{b: 1}]]\n")]
    public void Only_mappings_can_be_merged(string text)
    {
        Assert.Equal("2: the value of << must be a mapping or a list of mappings", Reading.Error(text));
    }
}
