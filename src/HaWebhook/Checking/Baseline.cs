using System.Globalization;

namespace HaWebhook.Checking;

/// <summary>Findings that are known: they neither fail a check nor show in its reports.</summary>
/// <param name="file">The file that they are from.</param>
/// <param name="lines">The line of each.</param>
internal sealed class Baseline(string file, IReadOnlyDictionary<FindingKey, int> lines)
{
    /// <summary>Stale findings past these are only counted.</summary>
    private const int MostTold = 20;

    /// <summary>The result with the known findings set apart.</summary>
    public CheckResult SetApart(CheckResult result) => result with { Objects = [.. result.Objects.Select(SetApart)] };

    /// <summary>
    /// Says which findings are no more. Of an object that was not in the input nothing is known, so these are only counted: a check of
    /// the files of one commit must not tell all others.
    /// </summary>
    /// <param name="result">What was found, the known findings set apart.</param>
    /// <param name="rules">The rules that judged: of others it is not known what they would find.</param>
    public IEnumerable<string> Stale(CheckResult result, IReadOnlySet<string> rules)
    {
        var found = result.Objects.SelectMany(item => item.Known.Select(finding => FindingKey.Of(item, finding))).ToHashSet();
        var seen = result.Objects.Where(item => item.IsJudged).Select(item => item.Key).ToHashSet();
        var (stale, unseen) = (new List<string>(), 0);
        foreach (var (key, line) in lines.Where(entry => !found.Contains(entry.Key)).OrderBy(entry => entry.Value))
        {
            if (!RuleSelection.Judges.Contains(key.Rule))
            {
                stale.Add(Line($"{file}:{line}: there is no rule {key.Rule} that judges: take the line out"));
            }
            else if (!rules.Contains(key.Rule))
            {
                continue;
            }
            else if (seen.Contains(key.Subject))
            {
                stale.Add(Line($"{file}:{line}: {key.Subject} no longer has this finding of {key.Rule}: take the line out"));
            }
            else
            {
                unseen++;
            }
        }

        foreach (var line in stale.Take(MostTold))
        {
            yield return line;
        }

        if (stale.Count > MostTold)
        {
            yield return Line($"{file}: {stale.Count - MostTold} more lines can go");
        }

        if (unseen > 0)
        {
            yield return Line($"{file}: {unseen} of {lines.Count} known findings are about objects that were not in the input");
        }
    }

    private CheckedObject SetApart(CheckedObject item)
    {
        var isKnown = item.Findings.ToLookup(found => lines.ContainsKey(FindingKey.Of(item, found.Finding)));
        return isKnown.Contains(true)
            ? item with { Findings = [.. isKnown[false]], Known = [.. isKnown[true].Select(found => found.Finding)] }
            : item;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
