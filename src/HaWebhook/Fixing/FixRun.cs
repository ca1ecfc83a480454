using System.Text;
using HaWebhook.Checking;
using HaWebhook.Commands;

namespace HaWebhook.Fixing;

/// <summary>
/// <c>check --fix</c>: writes what admission would add into the files themselves, in the mode Audit too, and then checks what came of
/// it. With <c>--dry-run</c> it shows what it would write instead.
/// </summary>
/// <param name="check">Judges files.</param>
/// <param name="isDryRun">Whether to show a diff instead of writing.</param>
/// <param name="output">Where the diff goes.</param>
/// <param name="notes">Where it says what it did and what it left alone.</param>
internal sealed class FixRun(ManifestCheck check, bool isDryRun, Stream output, TextWriter notes)
{
    private readonly List<CheckError> _errors = [];
    private readonly Dictionary<string, string> _fixed = new(StringComparer.Ordinal);
    private int _changed;

    /// <summary>Fixes files.</summary>
    /// <returns>What there is to say to the fixed files, and which of them could not be written.</returns>
    public CheckResult Run(IEnumerable<ManifestFile> input)
    {
        var files = input.ToList();
        var byPath = files.DistinctBy(file => file.Path).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var result = check.Run(files);
        foreach (var subjects in result.Objects.Where(subject => subject.Changes.Count > 0).GroupBy(subject => subject.Manifest.File))
        {
            Fix(byPath[subjects.Key], subjects);
        }

        notes.WriteLine($"ha-webhook: {(isDryRun ? "would fix" : "fixed")} {_changed} file{(_changed == 1 ? "" : "s")}");
        if (_fixed.Count > 0)
        {
            result = check.Run(files.Select(file => file with { Text = FixedText(file) ?? file.Text }));
        }

        result = result with { Errors = [.. result.Errors, .. _errors] };
        if (isDryRun)
        {
            // There may be no report to tell them.
            foreach (var error in result.Errors)
            {
                notes.WriteLine($"ha-webhook: {LogLine.Of($"{error.File}:{error.Line}: {error.Message}")}");
            }
        }

        return result;
    }

    private void Fix(ManifestFile file, IEnumerable<CheckedObject> subjects)
    {
        var fix = ManifestFix.Of(file.Text!, subjects);
        foreach (var refused in fix.Refused.GroupBy(refused => refused.Reason, refused => refused.Subject))
        {
            var first = refused.First();
            var who = $"{first.Title}{(refused.Count() == 1 ? " is" : $" and {refused.Count() - 1} more are")}";
            var line = $"{file.Path}:{first.Manifest.Line}: {who} not fixed: {refused.Key}";
            notes.WriteLine($"ha-webhook: {LogLine.Of(line)}");
        }

        if (fix.Edits.Count > 0 && Write(file, fix) is { } error)
        {
            _errors.Add(new(file.Path, 1, error));
        }
    }

    /// <summary>Writes a file, or shows how it would change.</summary>
    /// <returns>Why it could not; null where it could.</returns>
    private string? Write(ManifestFile file, FixedManifest fix)
    {
        var diff = "";
        try
        {
            var current = TextFile.Read(file.Path, toReplace: !isDryRun);
            var isDone = current.Text == fix.Text || _fixed.ContainsKey(current.Path);
            if (!isDone && current.Text != file.Text)
            {
                return "changed while it was checked; left as it is";
            }

            // Where it is done, another path to the same file came first.
            if (!isDone && isDryRun)
            {
                var edits = fix.Edits.Select(edit => edit with { Start = edit.Start + current.Mark.Length });
                diff = UnifiedDiff.Write(DiffPath(current.Path), current.Mark + current.Text, [.. edits]);
            }
            else if (!isDone)
            {
                current.Replace(fix.Text);
            }

            _fixed[current.Path] = fix.Text;
            _changed += isDone ? 0 : 1;
        }
        catch (DecoderFallbackException)
        {
            return "is not UTF-8 text; left as it is";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"cannot be written: {FileErrors.Describe(exception)}";
        }

        // Where this fails, it is not the file that cannot be written.
        output.Write(Encoding.UTF8.GetBytes(diff));
        return null;
    }

    /// <summary>The path from here; from the root for what is not below, because no tool applies a diff to a path with dots.</summary>
    private static string DiffPath(string path)
    {
        var fromHere = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        var leaves = fromHere == ".."
            || fromHere.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || Path.IsPathRooted(fromHere);
        return (leaves ? path[Path.GetPathRoot(path)!.Length..] : fromHere).Replace(Path.DirectorySeparatorChar, '/');
    }

    private string? FixedText(ManifestFile file)
    {
        try
        {
            return file.Text is null ? null : _fixed.GetValueOrDefault(TextFile.TargetOf(file.Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was fixed has just been found.
            return null;
        }
    }
}
