using System.Globalization;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Evaluation;

public class HostileNameTests
{
    /// <summary>
    /// What could break or forge a line: a newline, a terminal's escape, line and paragraph separators, a direction override, a
    /// zero-width character, a C1 control, a delete, a byte order mark, and a name too long for a line.
    /// </summary>
    public static TheoryData<string> Names =>
    [
        "a\nb",
        "a\r\n- minimum-replicas: forged",
        "\u001b[2J\u001b[31ma",
        "a\u2028b\u2029c",
        "a\u202eb\u2066c",
        "a\u200bb\u200d",
        "a\u0085b\u009bc",
        "a\u007fb\u0000c\tb",
        "\ufeffa",
        new string('a', 5_000),
        string.Concat(Enumerable.Repeat("😀", 300)),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Warnings_AreSingleShortLines(string name)
    {
        foreach (var warning in (string[])[.. Validate("mode: Warn", Hostile(name)).Warnings, .. Mutate(Hostile(name)).Warnings])
        {
            Assert.InRange(warning.Length, 1, 120);
            IsOneLine(warning);
            Assert.False(char.IsLowSurrogate(warning[0]));
            Assert.True(IsWellFormed(warning));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Injections_KeepTheWayOut(string name)
    {
        var warnings = Mutate(Hostile(name)).Warnings;

        Assert.NotEmpty(warnings);
        Assert.All(warnings, warning => Assert.EndsWith("; opt out: annotation ha-webhook.io/exempt", warning, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Denial_HasNoLinesButItsOwn(string name)
    {
        var message = Validate("rules: {readiness-probe: {action: Deny}}", Hostile(name)).Message;
        var lines = message.Split('\n');

        Assert.Equal(5, lines.Length);
        Assert.EndsWith(" is not highly available:", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("- minimum-replicas: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("  ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("- readiness-probe: ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("  ", lines[4], StringComparison.Ordinal);
        Assert.All(lines, IsOneLine);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AuditAnnotations_AreSingleLines(string name)
    {
        var exempt = Hostile(name).WithAnnotations("metadata.annotations", $"exempt=minimum-replicas; exempt-reason={name}");
        var annotations = Validate("", exempt).AuditAnnotations;

        Assert.Equal(["decision", "mode", "violations", "exempt", "policy"], annotations.Select(annotation => annotation.Key));
        Assert.All(annotations, annotation => IsOneLine(annotation.Value));
    }

    [Theory]
    [InlineData("exempt={0}; exempt-reason=batch")]
    [InlineData("exempt=all; exempt-reason=batch; exempt-until={0}")]
    [InlineData("{0}=all")]
    public void ExemptionProblems_AreSingleShortLines(string annotations)
    {
        foreach (var name in Names.Select(row => row.Data))
        {
            var named = string.Format(CultureInfo.InvariantCulture, annotations, name);
            var answer = Validate("", ObjectJson.Deployment().WithAnnotations("metadata.annotations", named));

            Assert.NotEmpty(answer.Warnings);
            Assert.All(answer.Warnings, warning => Assert.InRange(warning.Length, 1, 120));
            Assert.All(answer.Warnings, IsOneLine);
            Assert.All(answer.AuditAnnotations, annotation => IsOneLine(annotation.Value));
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("plain text ~ \u00e9\u20ac", "plain text ~ \u00e9\u20ac")]
    [InlineData("a\nb\rc\td", "a?b?c?d")]
    [InlineData("\u001b[31m", "?[31m")]
    [InlineData("\u0000\u007f\u0085", "???")]
    [InlineData("\u2028\u2029\u202e\u200b\ufeff\u00ad", "??????")]
    [InlineData("😀", "😀")]
    public void SingleLine_ReplacesWhatIsUnfit(string text, string line) => Assert.Equal(line, SingleLine.Of(text));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abc...")]
    [InlineData("ab\ndefg", 6, "ab?...")]
    [InlineData("abcd😀", 6, "abcd😀")]
    [InlineData("a😀defg", 6, "a😀...")]
    [InlineData("ab😀efg", 6, "ab...")]
    public void SingleLine_IsCutBetweenCharacters(string text, int longest, string line) => Assert.Equal(line, SingleLine.Of(text, longest));

    private static JsonNode Hostile(string name)
    {
        var container = new JsonObject
        {
            ["name"] = name,
            ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 8080 }),
            ["livenessProbe"] = new JsonObject(),
        };
        return ObjectJson.Deployment(1)
            .With("metadata.name", name)
            .With("metadata.namespace", name)
            .With("spec.template.spec.containers", new JsonArray(container));
    }

    private static void IsOneLine(string text) => Assert.DoesNotContain(
        text,
        character => char.GetUnicodeCategory(character)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Any(rune => rune == System.Text.Rune.ReplacementChar);

    private static Answer Validate(string policy, JsonNode @object) => Judge(PolicyText.Evaluator(policy), @object, evaluator => evaluator.Validate);

    private static Answer Mutate(JsonNode @object) => Judge(PolicyText.Evaluator(""), @object, evaluator => evaluator.Mutate);

    private static Answer Judge(PolicyEvaluator evaluator, JsonNode @object, Func<PolicyEvaluator, Func<Review, RelatedObjects, Verdict>> judge)
    {
        var review = ReviewJson.OfCreate(@object).Read();
        return Answer.Of(review, judge(evaluator)(review, RelatedObjects.None), evaluator.Options);
    }
}
