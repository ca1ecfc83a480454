using System.Globalization;
using System.Text;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Checking.Reports;

/// <summary>What became of a test case.</summary>
internal enum JUnitOutcome
{
    /// <summary>Nothing was found.</summary>
    Passed,

    /// <summary>Something was found that fails nothing: a warning, as a rule.</summary>
    Noted,

    /// <summary>Something was found that fails.</summary>
    Failed,

    /// <summary>A document could not be read.</summary>
    Unreadable,

    /// <summary>It was not judged, or what was found is known.</summary>
    Skipped,
}

/// <summary>A test case.</summary>
/// <param name="Rule">The rule's id; empty where it is about an object or a document as a whole.</param>
/// <param name="Name">Its name; within the report there is no other of the same.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">That in a line.</param>
/// <param name="Text">That in full.</param>
internal sealed record JUnitCase(string Rule, string Name, JUnitOutcome Outcome, string Message = "", string Text = "");

/// <summary>The test cases of a file.</summary>
/// <param name="file">What the file is called.</param>
/// <param name="names">How often a name was wanted in the whole report: GitLab keeps one case of a name, whatever suites they are in.</param>
internal sealed class JUnitSuite(string file, Dictionary<string, int> names)
{
    private readonly List<JUnitCase> _cases = [];

    /// <summary>What the file is called.</summary>
    public string File => file;

    public IReadOnlyList<JUnitCase> Cases => _cases;

    /// <summary>The suites of a check, in the order of its files; those of errors and skipped documents alone come last.</summary>
    /// <param name="result">The check.</param>
    /// <param name="fails">Whether a finding is a failure.</param>
    /// <param name="pathOf">What a file is called in the report.</param>
    public static IReadOnlyCollection<JUnitSuite> Of(CheckResult result, Func<Finding, bool> fails, Func<string, string> pathOf)
    {
        var suites = new OrderedDictionary<string, JUnitSuite>(StringComparer.Ordinal);
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        JUnitSuite SuiteOf(string file) => suites.TryGetValue(file, out var suite) ? suite : suites[file] = new(pathOf(file), names);
        foreach (var item in result.Objects.Where(item => item.IsJudged))
        {
            SuiteOf(item.Manifest.File).Add(item, fails);
        }

        foreach (var error in result.Errors)
        {
            var suite = SuiteOf(error.File);
            var place = suite.Place(error.Line);
            suite.Add("", place, JUnitOutcome.Unreadable, error.Message, $"{place}: {error.Message}");
        }

        foreach (var skipped in result.Skipped)
        {
            var suite = SuiteOf(skipped.File);
            suite.Add("", suite.Place(skipped.Line), JUnitOutcome.Skipped, skipped.Reason, skipped.Reason);
        }

        return suites.Values;
    }

    private string Place(int line) => string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");

    private void Add(CheckedObject item, Func<Finding, bool> fails)
    {
        var count = _cases.Count;
        foreach (var rule in item.Findings.GroupBy(found => found.Finding.Rule, StringComparer.Ordinal))
        {
            Add(item, [.. rule], fails);
        }

        foreach (var rule in item.Known.GroupBy(finding => finding.Rule, finding => $"{finding.Field} {finding.Message}", StringComparer.Ordinal))
        {
            const string reason = "known from the baseline";
            Add(rule.Key, NameOf(item, rule.Key), JUnitOutcome.Skipped, reason, $"{reason}: {string.Join("; ", rule)}");
        }

        foreach (var exempt in item.Exempt)
        {
            var reason = $"exempt: {exempt.Exemption}";
            Add(exempt.Rule, NameOf(item, exempt.Rule), JUnitOutcome.Skipped, reason, reason);
        }

        foreach (var skipped in item.Skipped)
        {
            Add(skipped.Rule, NameOf(item, skipped.Rule), JUnitOutcome.Skipped, skipped.Reason, skipped.Reason);
        }

        if (_cases.Count == count)
        {
            Add("", item.Title, JUnitOutcome.Passed, "", "");
        }
    }

    private void Add(CheckedObject item, List<(Finding Finding, int Line)> findings, Func<Finding, bool> fails)
    {
        var text = new StringBuilder();
        foreach (var (finding, line) in findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Label(finding.Action)} {finding.Rule}: {finding.Field} {finding.Message}\n")
                .Append(CultureInfo.InvariantCulture, $"{finding.Fix}\n{Place(line)}\n");
        }

        var first = findings[0].Finding;
        var others = findings.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" (and {findings.Count - 1} more)");
        Add(
            first.Rule,
            NameOf(item, first.Rule),
            findings.Exists(found => fails(found.Finding)) ? JUnitOutcome.Failed : JUnitOutcome.Noted,
            $"{first.Field} {first.Message}{others}",
            text.ToString());
    }

    private void Add(string rule, string name, JUnitOutcome outcome, string message, string text)
    {
        var number = names[name] = names.GetValueOrDefault(name) + 1;
        _cases.Add(new(rule, number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} ({number})"), outcome, message, text));
    }

    private static string NameOf(CheckedObject item, string rule) => $"{rule}: {item.Title}";

    private static string Label(ValidationAction action) => action.ToString().ToUpperInvariant();
}
