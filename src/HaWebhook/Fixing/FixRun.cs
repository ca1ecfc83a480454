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

        notes.WriteLine($"ha-webhook: {(isDryRun ? "would fix" : "fixed")} {_fixed.Count} file{(_fixed.Count == 1 ? "" : "s")}");
        if (_fixed.Count > 0)
        {
            result = check.Run(files.Select(file => file.Text is not null && _fixed.GetValueOrDefault(Target(file.Path)) is { } text ? file with { Text = text } : file));
        }

        result = result with { Errors = [.. result.Errors, .. _errors] };
        if (isDryRun)
        {
            // There is no report to tell them.
            foreach (var error in result.Errors)
            {
                notes.WriteLine($"ha-webhook: {error.File}:{error.Line}: {error.Message}");
            }
        }

        return result;
    }

    private void Fix(ManifestFile file, IEnumerable<CheckedObject> subjects)
    {
        var fix = ManifestFix.Of(file.Text!, subjects);
        foreach (var (subject, reason) in fix.Refused)
        {
            var manifest = subject.Manifest;
            notes.WriteLine($"ha-webhook: {manifest.File}:{manifest.Line}: {manifest.Kind} {subject.Namespace}/{manifest.Name} is not fixed: {reason}");
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
        try
        {
            var current = TextFile.Read(file.Path);
            if (_fixed.GetValueOrDefault(current.Path) == fix.Text)
            {
                // Another path to the same file came first.
                return null;
            }

            if (current.Text != file.Text)
            {
                return "changed while it was checked; left as it is";
            }

            if (isDryRun)
            {
                var edits = fix.Edits.Select(edit => edit with { Start = edit.Start + current.Mark.Length });
                output.Write(Encoding.UTF8.GetBytes(UnifiedDiff.Write(DiffPath(current.Path), current.Mark + current.Text, [.. edits])));
            }
            else
            {
                current.Replace(fix.Text);
            }

            _fixed[current.Path] = fix.Text;
            return null;
        }
        catch (DecoderFallbackException)
        {
            return "is not UTF-8 text; left as it is";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"cannot be written: {FileErrors.Describe(exception)}";
        }
    }

    /// <summary>The path from here; from the root for what is not below, because no tool applies a diff to a path with dots.</summary>
    private static string DiffPath(string path)
    {
        var fromHere = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        var isBelow = !Path.IsPathRooted(fromHere) && fromHere != ".." && !fromHere.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return (isBelow ? fromHere : path[Path.GetPathRoot(path)!.Length..]).Replace(Path.DirectorySeparatorChar, '/');
    }

    private static string Target(string path)
    {
        try
        {
            return TextFile.TargetOf(path);
        }
        catch (IOException)
        {
            return path;
        }
    }
}
