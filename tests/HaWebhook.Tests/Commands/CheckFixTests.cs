using System.Text;
using System.Text.Json;
using HaWebhook.Checking;
using HaWebhook.Fixing;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Tests.Fixing;

namespace HaWebhook.Tests.Commands;

public sealed class CheckFixTests : IDisposable
{
    private const string Marked = """
         apiVersion: apps/v1
         kind: Deployment # of the web
         metadata:
           name: web
         spec:
           selector:
             matchLabels: {app: web}
           template:
             metadata:
               labels: {app: web}
             spec:
               affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{}]}}
               containers:
               - name: web
                 livenessProbe: {exec: {command: [a]}}
                 ports:
                 - containerPort: 80
        +        readinessProbe:
        +          tcpSocket:
        +            port: 80
        +          periodSeconds: 5
        +          timeoutSeconds: 5
        +          failureThreshold: 2
           replicas: 1

        """;

    private static readonly MarkedText _web = MarkedText.Read(Marked);

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_missing_is_written_and_the_rest_is_judged_as_it_then_is()
    {
        var file = Write("a b/web.yaml", _web.Before);
        Write("fine.yaml", _web.After);

        var result = await Cli.RunAsync("check", "--fix", "-o", "json", _folder);

        Assert.Equal((1, "ha-webhook: fixed 1 file\n"), (result.ExitCode, result.Errors));
        Assert.Equal(_web.After, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        using var document = JsonDocument.Parse(result.Output);
        Assert.Empty(document.RootElement.GetProperty("changes").EnumerateArray());
        Assert.All(document.RootElement.GetProperty("findings").EnumerateArray(), finding =>
            Assert.Equal(("minimum-replicas", 24), (finding.GetProperty("rule").GetString(), finding.GetProperty("line").GetInt32())));

        Assert.Equal("ha-webhook: fixed 0 files\n", (await Cli.RunAsync("check", "--fix", _folder)).Errors);
        Assert.Equal(["a b", "fine.yaml"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["web.yaml"], Directory.GetFileSystemEntries(Path.Combine(_folder, "a b")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_dry_run_shows_the_diff_and_writes_nothing()
    {
        var file = Write("a.yaml", _web.Before);

        var result = await Cli.RunAsync("check", "--fix", "--dry-run", file, Write("broken.yaml", "a: ["));

        Assert.Equal(2, result.ExitCode);
        Assert.Matches("^ha-webhook: would fix 1 file\nha-webhook: .*broken.yaml:1: not valid YAML: .*\n$", result.Errors);
        Assert.Equal(_web.Before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(_web.After, Patched.Apply(_web.Before, result.Output.Replace(file, "/a.yaml", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_dry_run_writes_the_reports_that_are_asked_for_as_a_run_would()
    {
        var file = Write("a.yaml", _web.Before);
        var known = Write("known.yaml", "version: 1\nfindings:\n- {namespace: default, kind: Deployment, group: apps, name: web, rule: quorum, field: x}\n");

        var dry = await Cli.RunInAsync(_folder, "check", "--fix", "--dry-run", "-o", "json=a.json", "-o", "text=a.txt", "--baseline", known, file);

        Assert.StartsWith("--- a/a.yaml\n", dry.Output, StringComparison.Ordinal);
        Assert.Equal(
            $"ha-webhook: would fix 1 file\nha-webhook: {known}:3: Deployment default/web no longer has this finding of quorum: take the line out\n",
            dry.Errors);
        Assert.Equal(_web.Before, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        var result = await Cli.RunInAsync(_folder, "check", "--fix", "-o", "json=b.json", "-o", "text=b.txt", file);
        Assert.Equal(result.ExitCode, dry.ExitCode);
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "b.json")), File.ReadAllText(Path.Combine(_folder, "a.json")));
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "b.txt")), File.ReadAllText(Path.Combine(_folder, "a.txt")));
    }

    [Theory]
    [InlineData("--mode", "Audit")]
    [InlineData("--mode", "Warn")]
    public async Task The_mode_does_not_matter(params string[] arguments)
    {
        var file = Write("web.yaml", _web.Before);
        Assert.Equal(0, (await Cli.RunAsync(["check", "--fix", .. arguments, file])).ExitCode);
        Assert.Equal(_web.After, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_exemption_holds()
    {
        var text = _web.Before.Replace("  name: web\nspec", "  name: web\n  annotations: {ha-webhook.io/exempt: default-probes, ha-webhook.io/exempt-reason: it never serves}\nspec", StringComparison.Ordinal);
        var file = Write("web.yaml", text);
        Assert.Equal("ha-webhook: fixed 0 files\n", (await Cli.RunAsync("check", "--fix", file)).Errors);
        Assert.Equal(text, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("check --fix -", "ha-webhook: --fix writes files and cannot write standard input (-): give it the file\nTry: ha-webhook check --help\n")]
    [InlineData("check --dry-run samples", "ha-webhook: --dry-run goes with --fix\nTry: ha-webhook check --help\n")]
    [InlineData(
        "check --fix --dry-run -o json samples",
        "ha-webhook: --dry-run shows the changes on standard output; give the report a file, such as json=report.json\nTry: ha-webhook check --help\n")]
    [InlineData(
        "check --fix --dry-run --write-baseline a.yaml samples",
        "ha-webhook: --dry-run fixes nothing, so that --write-baseline would miss what is still wrong: leave out one of them\n"
        + "Try: ha-webhook check --help\n")]
    public async Task What_cannot_be_meant_is_refused(string arguments, string errors)
    {
        var result = await Cli.RunWithInputAsync(_web.Before, arguments.Split(' '));
        Assert.Equal((2, "", errors), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public async Task An_object_that_is_left_alone_is_told_in_a_line_and_still_shown_as_missing()
    {
        var items = Indented("apiVersion: v1\nkind: List\nitems:\n- &web ", _web.Before) + "- *web\n";
        var file = Write("list.yaml", items);

        var result = await Cli.RunAsync("check", "--fix", "--fail-on", "never", file);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            $"""
            ha-webhook: {file}:4: Deployment default/web is not fixed: items[1] is the alias *web; must be written out to be fixed
            ha-webhook: {file}:4: Deployment default/web is not fixed: items[0].spec.template.spec.containers[0] is in the value of the anchor &web, and what refers to it would change as well; must be written out to be fixed
            ha-webhook: fixed 0 files

            """,
            result.Errors);
        Assert.Contains("  ADDS   on admission, by default-probes:", result.Output, StringComparison.Ordinal);
        Assert.Equal(items, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Many_objects_with_one_reason_are_told_in_one_line()
    {
        var file = Write("list.yaml", string.Concat(Enumerable.Repeat("apiVersion: v1\nkind: Pod\nspec: {containers: [? ports : [{containerPort: 80}]]}\n---\n", 3)));

        Assert.Equal(
            $"ha-webhook: {file}:1: Pod default/ and 2 more are not fixed: spec.containers[0] is written without braces; must be written out to be fixed\nha-webhook: fixed 0 files\n",
            Fix([file]).Notes);
    }

    [Fact]
    public void Bytes_outside_the_inserted_lines_stay()
    {
        var file = Write("web.yaml", "");
        File.WriteAllBytes(file, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(_web.Before.ReplaceLineEndings("\r\n").TrimEnd())]);

        Assert.Equal("ha-webhook: fixed 1 file\n", Fix([file]).Notes);
        Assert.Equal([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(_web.After.ReplaceLineEndings("\r\n").TrimEnd())], File.ReadAllBytes(file));
    }

    [Fact]
    public void The_diff_of_a_file_with_a_byte_order_mark_has_it_too()
    {
        var before = "\uFEFFapiVersion: v1\nkind: Pod\nspec: {containers: [{ports: [{containerPort: 80}]}]}\n";
        var output = Fix([Write("a.yaml", before)], isDryRun: true).Output;

        Assert.Contains("\n \uFEFFapiVersion: v1\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_encoding_is_an_error()
    {
        var file = Path.Combine(_folder, "wide.yaml");
        File.WriteAllText(file, _web.Before, Encoding.Unicode);
        var before = File.ReadAllBytes(file);

        var (result, notes, _) = Fix([file]);

        Assert.Equal("ha-webhook: fixed 0 files\n", notes);
        Assert.Equal(new CheckError(file, 1, "is not UTF-8 text; left as it is"), Assert.Single(result.Errors));
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_file_that_changed_in_the_meantime_is_left_as_it_is()
    {
        var file = Write("web.yaml", "# mine now\n");
        using var notes = new StringWriter();
        var result = new FixRun(Check(), isDryRun: false, Stream.Null, notes).Run([new(file, _web.Before, null)]);

        Assert.Equal(new CheckError(file, 1, "changed while it was checked; left as it is"), Assert.Single(result.Errors));
        Assert.Equal("# mine now\n", File.ReadAllText(file));
    }

    [Fact]
    public void A_file_that_went_away_is_an_error()
    {
        var file = Path.Combine(_folder, "gone.yaml");
        using var notes = new StringWriter();
        var result = new FixRun(Check(), isDryRun: false, Stream.Null, notes).Run([new(file, _web.Before, null)]);

        Assert.Equal(new CheckError(file, 1, "cannot be written: no such file or directory"), Assert.Single(result.Errors));
    }

    [Fact]
    public void Links_are_followed_and_modes_kept_and_what_is_given_twice_is_fixed_once()
    {
        if (OperatingSystem.IsWindows())
        {
            // Modes are Unix's own, and links take privileges.
            return;
        }

        var file = Write("real/web.yaml", _web.Before);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead);
        var mode = File.GetUnixFileMode(file);
        var link = File.CreateSymbolicLink(Path.Combine(_folder, "link.yaml"), "real/web.yaml").FullName;
        var folder = Directory.CreateSymbolicLink(Path.Combine(_folder, "other"), "real").FullName;

        var (result, notes, _) = Fix([link, file, file, Path.Combine(folder, "web.yaml")]);

        Assert.Equal("ha-webhook: fixed 1 file\n", notes);
        Assert.Empty(result.Errors);
        Assert.All(result.Objects, subject => Assert.Empty(subject.Changes));
        Assert.Equal("real/web.yaml", new FileInfo(link).LinkTarget);
        Assert.Equal((_web.After, mode), (File.ReadAllText(file), File.GetUnixFileMode(file)));
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public void A_file_without_anything_to_fix_is_not_touched()
    {
        var file = Write("web.yaml", _web.After);
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(file, time);

        Assert.Equal("ha-webhook: fixed 1 file\n", Fix([file, Write("other.yaml", _web.Before)]).Notes);
        Assert.Equal(time, File.GetLastWriteTimeUtc(file));
    }

    private static (CheckResult Result, string Notes, string Output) Fix(string[] paths, bool isDryRun = false)
    {
        using var notes = new StringWriter();
        using var output = new MemoryStream();
        var result = new FixRun(Check(), isDryRun, output, notes).Run(ManifestFiles.Read(paths, Stream.Null));
        return (result, notes.ToString(), Encoding.UTF8.GetString(output.ToArray()));
    }

    private static ManifestCheck Check() => new(new PolicyEvaluators(PolicyOptions.Default, new FixedClock()), "default");

    private static string Indented(string start, string text) => start + "\n" + string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"  {line}\n"));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
