using System.Text.Json;
using HaWebhook.Checking;
using HaWebhook.Checking.Reports;
using HaWebhook.Fixing;
using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damaged manifests, checked, reported and fixed.</summary>
internal sealed class ManifestFuzzer() : DamageFuzzer(Inputs.Manifests(), Inputs.YamlTokens)
{
    private const string File = "fuzz.yaml";

    private readonly ManifestCheck _check = new(BypassPolicies.Default.Evaluators, "default");
    private readonly ReportContext _context = new(ValidationAction.Deny, new SourceRoot("/"), static _ => { });

    public static FuzzerKind Kind { get; } = new(
        "manifests",
        "manifests in YAML and JSON",
        "checked, with findings and errors on lines of the file and a report in every format; fixed so that a second fix changes nothing, and no other object",
        Weight: 3,
        () => new ManifestFuzzer());

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var text = TextOf(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = Check(text);
        var wrong = WrongLines(result, LinesOf(text)) ?? WrongReport(result, plan) ?? WrongFix(text, result);
        return Measured(wrong, result.Errors.Count > 0, before, DocumentCost.LimitOf(text));
    }

    private CheckResult Check(string text) => _check.Run([new(File, text, null)]);

    private static string? WrongLines(CheckResult result, int lines)
    {
        string? wrong = null;
        foreach (var error in result.Errors)
        {
            wrong ??= WrongMessage(error.Message) ?? (error.Line < 1 || error.Line > lines ? $"an error is on line {error.Line} of {lines}" : null);
            wrong ??= error.Message.Contains("fault of HaWebhook", StringComparison.Ordinal) ? error.Message : null;
        }

        foreach (var (finding, line) in result.Objects.SelectMany(subject => subject.Findings))
        {
            wrong ??= line < 1 || line > lines ? $"a finding of {finding.Rule} is on line {line} of {lines}" : null;
        }

        return wrong;
    }

    private string? WrongReport(CheckResult result, FuzzPlan plan)
    {
        // One format a case: they cost more than the check.
        var format = new FuzzRandom(plan.Steps.Count == 0 ? 0 : plan.Steps[0].Seed).Pick(ReportFormat.All);
        using var output = new MemoryStream();
        format.Create(_context).Write(result, output);
        if (format.Name is not "json" and not "sarif")
        {
            return null;
        }

        try
        {
            using var _ = JsonDocument.Parse(output.GetBuffer().AsMemory(0, (int)output.Length), new JsonDocumentOptions { MaxDepth = 20_000 });
            return null;
        }
        catch (JsonException exception)
        {
            return $"the report {format.Name} is no JSON: {exception.Message}";
        }
    }

    private string? WrongFix(string text, CheckResult before)
    {
        var changed = before.Objects.Where(subject => subject.Changes.Count > 0).ToList();
        if (changed.Count == 0)
        {
            return null;
        }

        var fix = ManifestFix.Of(text, changed);
        _ = UnifiedDiff.Write(File, text, [.. fix.Edits]);
        foreach (var (_, reason) in fix.Refused)
        {
            if (WrongMessage(reason) is { } wrong)
            {
                return wrong;
            }
        }

        var after = Check(fix.Text);
        return after.Errors.Count != before.Errors.Count ? $"fixing makes {after.Errors.Count} errors of {before.Errors.Count}"
            : after.Objects.Count != before.Objects.Count ? $"fixing makes {after.Objects.Count} objects of {before.Objects.Count}"
            : after.Objects.Count(subject => subject.Changes.Count > 0) != fix.Refused.Count ? "fixing leaves something to be fixed"
            : null;
    }
}
