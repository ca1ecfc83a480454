using System.Text.Json;
using System.Xml.Linq;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;
using HaWebhook.Tests.Reports;

namespace HaWebhook.Tests.Rules;

/// <summary>A rule that cannot judge is told in every output of <c>check</c>.</summary>
public class SkippedRuleTests
{
    private const string Manifests = "kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n---\nkind: Namespace\napiVersion: v1\nmetadata: {name: b}\n---\njust: values\n";

    private static readonly ValidatingRuleDefinition _definition = new((_, _) => new NeverSure())
    {
        Id = "never-sure",
        Summary = "Nobody knows.",
        Why = "For the test.",
        Judges = "Namespaces.",
        Reads = ["nothing"],
        DefaultAction = ValidationAction.Deny,
        Example = "a: b\n",
    };

    [Fact]
    public void Text_only_counts_it()
    {
        Assert.Equal("2 objects, 0 denials, 0 warnings, 2 rules skipped (--verbose says why), 1 document skipped (no apiVersion and kind)\n", Text(verbose: false));
    }

    [Fact]
    public void Verbose_text_tells_it_with_its_object()
    {
        Assert.Equal(
            """
            Namespace a/a  a.yaml:1
              SKIP   never-sure: nobody knows ?

            Namespace b/b  a.yaml:5
              SKIP   never-sure: nobody knows ?

            SKIP   a.yaml:9: no apiVersion and kind: not a Kubernetes object

            2 objects, 0 denials, 0 warnings, 2 rules skipped, 1 document skipped (no apiVersion and kind)

            """,
            Text(verbose: true));
    }

    [Fact]
    public void Json_lists_it_with_rule_object_and_place()
    {
        using var document = JsonDocument.Parse(Checks.Write("json", Check()));
        var skipped = document.RootElement.GetProperty("skipped");

        Assert.Equal(
            """{"rule":"never-sure","kind":"Namespace","namespace":"b","name":"b","reason":"nobody knows \u0007","file":"a.yaml","line":5}""",
            JsonSerializer.Serialize(skipped[1]));
        Assert.Equal("", skipped[2].GetProperty("rule").GetString());
        Assert.Equal(3, document.RootElement.GetProperty("summary").GetProperty("skipped").GetInt32());
    }

    [Fact]
    public void JUnit_skips_it_and_the_others_say_nothing_of_it()
    {
        Assert.Equal(
            ["never-sure: Namespace a/a: nobody knows ?", "never-sure: Namespace b/b: nobody knows ?", "a.yaml:9: no apiVersion and kind: not a Kubernetes object"],
            XDocument.Parse(Checks.Write("junit", Check())).Descendants("testcase").Select(test => $"{test.Attribute("name")!.Value}: {test.Element("skipped")!.Value}"));
        Assert.Equal("2 objects, 0 denials, 0 warnings, 2 rules skipped, 1 document skipped (no apiVersion and kind)\n", Checks.Write("github", Check()));
        Assert.Equal(0, JsonElement.Parse(Checks.Write("sarif", Check())).GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }

    private static string Text(bool verbose) => Checks.Write(new TextReport(colours: false, verbose), Check());

    private static CheckResult Check() =>
        new ManifestCheck(new PolicyEvaluators(PolicyOptions.Default, new FixedClock(), [_definition]), "default").Run([new ManifestFile("a.yaml", Manifests, null)]);

    private sealed class NeverSure : IValidatingRule<NamespaceObject>
    {
        public IEnumerable<RuleResult> Validate(NamespaceObject subject, RuleContext context) => [new Undecided("nobody knows \a")];
    }
}
