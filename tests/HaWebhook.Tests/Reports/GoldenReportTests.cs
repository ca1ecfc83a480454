using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.Tests.Commands;
using HaWebhook.Tests.Rules;

namespace HaWebhook.Tests.Reports;

/// <summary>Every format, word for word, of one folder with all that a check can come to. UPDATE_FIXTURES=1 writes them anew.</summary>
public sealed class GoldenReportTests : IDisposable
{
    private static readonly string _golden = SourceTree.PathOf("tests", "HaWebhook.Tests", "Reports", "Golden");
    private static readonly JsonSerializerOptions _pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A copy, because reports name files from the root of the repository that they are in.
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public GoldenReportTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "shop"));
        foreach (var file in Directory.GetFiles(_golden, "*.yaml", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetRelativePath(_golden, file)));
        }
    }

    public static TheoryData<string, string> Formats => new()
    {
        { "text", "report.txt" },
        { "json", "report.json" },
        { "yaml", "report.yml" },
        { "sarif", "report.sarif" },
        { "junit", "report.junit.xml" },
        { "github", "report.github.txt" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_report_is_as_it_was(string format, string file)
    {
        // Only rules that are named here: whoever adds one need not touch these files.
        var result = await Cli.RunInAsync(
            _folder, "check", "shop", "-o", format, "--baseline", "known.yaml", "--rule", "minimum-replicas,readiness-probe,default-probes,exemptions");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            """
            ha-webhook: known.yaml:4: Deployment shop/api no longer has this finding of minimum-replicas: take the line out
            ha-webhook: known.yaml: 1 of 3 known findings are about objects that were not in the input

            """,
            result.Errors);
        var actual = format == "sarif" ? WithoutRules(result.Output) : result.Output;
        if (RuleFixture.Updates)
        {
            File.WriteAllText(Path.Combine(_golden, file), actual);
        }

        Assert.Equal(File.ReadAllText(Path.Combine(_golden, file)), actual);
    }

    /// <summary>What is told of the rules is in other tests; here it would only grow with them.</summary>
    private static string WithoutRules(string sarif)
    {
        var report = JsonNode.Parse(sarif)!;
        var rules = report["runs"]![0]!["tool"]!["driver"]!["rules"]!.AsArray();
        foreach (var result in report["runs"]![0]!["results"]!.AsArray())
        {
            Assert.Equal((string?)result!["ruleId"], (string?)rules[(int)result["ruleIndex"]!]!["id"]);
            result.AsObject().Remove("ruleIndex");
        }

        rules.Clear();
        return report.ToJsonString(_pretty) + "\n";
    }
}
