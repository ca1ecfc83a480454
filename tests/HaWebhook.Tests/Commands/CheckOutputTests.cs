using System.Diagnostics;
using System.Text.Json;
using HaWebhook.Tests.Reports;

namespace HaWebhook.Tests.Commands;

/// <summary>Where reports go, and what happens where they cannot.</summary>
public sealed class CheckOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public CheckOutputTests() => File.WriteAllText(Path.Combine(_folder, "web.yaml"), Checks.OneReplica());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Several_reports_go_to_their_files_and_one_to_standard_output()
    {
        File.WriteAllText(Path.Combine(_folder, "kept.json"), "what was there");
        File.CreateSymbolicLink(Path.Combine(_folder, "link.yaml"), "kept.yml");
        string[] reports = ["-o", "sarif=a.sarif", "-o", "text", "--output", "json=kept.json", "-o", "yaml=link.yaml", "-o", "junit=/dev/null"];
        var result = await Cli.RunInAsync(_folder, ["check", "web.yaml", .. reports]);
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.EndsWith("\n1 object, 1 denial, 0 warnings\n", result.Output, StringComparison.Ordinal);
        Assert.Equal("2.1.0", JsonElement.Parse(Read("a.sarif")).GetProperty("version").GetString());
        Assert.Equal(1, JsonElement.Parse(Read("kept.json")).GetProperty("summary").GetProperty("deny").GetInt32());
        Assert.Equal("kept.yml", new FileInfo(Path.Combine(_folder, "link.yaml")).LinkTarget);
        Assert.StartsWith("findings:\n- rule: minimum-replicas\n", Read("kept.yml"), StringComparison.Ordinal);
        Assert.Equal(["a.sarif", "kept.json", "kept.yml", "link.yaml", "web.yaml"], Names());
    }

    [Fact]
    public async Task Where_every_report_is_a_file_standard_output_stays_empty()
    {
        var result = await Cli.RunInAsync(_folder, "check", "web.yaml", "-o", "text=report.txt");
        Assert.Equal((1, "", ""), (result.ExitCode, result.Output, result.Errors));
        Assert.Contains("DENY   minimum-replicas", Read("report.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_is_exit_code_2_and_takes_no_other_along()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "taken"));
        var result = await Cli.RunInAsync(_folder, "check", "web.yaml", "-o", "json=missing/a.json", "-o", "sarif=taken", "-o", "junit=a.xml", "-o", "github");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "ha-webhook: missing/a.json: cannot be written: no such file or directory\nha-webhook: taken: cannot be written: it is a directory\n",
            result.Errors);
        Assert.StartsWith("::error file=web.yaml,line=6,", result.Output, StringComparison.Ordinal);
        Assert.Equal(["a.xml", "taken", "web.yaml"], Names());
    }

    [Theory]
    [InlineData("-o sarf", "--output: there is no format sarf; did you mean sarif?")]
    [InlineData("-o spreadsheet=a", "--output: there is no format spreadsheet; the formats are text, json, yaml, sarif, junit, github")]
    [InlineData("-o json -o yaml", "--output: only one report can go to standard output; give the others a file, such as json=report.json")]
    [InlineData("-o json=a -o yaml=./a", "--output: a is given twice")]
    [InlineData("-o json=", "--output: json= names no file")]
    [InlineData("--rule minimum-replica", "--rule: there is no rule minimum-replica; did you mean minimum-replicas?")]
    [InlineData("--exclude-rule topology-spread,live-probe", "--exclude-rule: there is no rule live-probe; did you mean liveness-probe?")]
    [InlineData("-o json=./web.yaml", "./web.yaml: not written, because it was read as input: give the output another name")]
    [InlineData("--write-baseline web.yaml", "web.yaml: not written, because it was read as input: give the output another name")]
    [InlineData(
        "-o yaml=known.yaml --write-baseline ./known.yaml",
        "known.yaml: not written, because it is the baseline: give the report another name")]
    [InlineData("--fail-on error", "--fail-on must be deny, warn, audit or never, not 'error'\nTry: ")]
    [InlineData("-n Shop", "--namespace must be the name of a namespace (at most 63 of a-z, 0-9 and -), not 'Shop'\nTry: ")]
    [InlineData("-n ", "--namespace must be the name of a namespace (at most 63 of a-z, 0-9 and -), not ''\nTry: ")]
    [InlineData("no\u001b[31m\n::error::such", "no?[31m?::error::such: no such file or directory\n")]
    [InlineData("##[group]such", "# #[group]such: no such file or directory\n")]
    [InlineData("--rule xyzzy", "--rule: there is no rule xyzzy; the rules are minimum-replicas, ")]
    [InlineData("--rule minimum-replicas --exclude-rule minimum-replicas", "--rule and --exclude-rule leave no rule")]
    [InlineData("--baseline missing.yaml", "missing.yaml: no such file or directory")]
    [InlineData("--write-baseline missing/known.yaml", "missing/known.yaml: cannot be written: no such file or directory")]
    public async Task Bad_arguments_are_exit_code_2_and_a_line_each(string arguments, string expected)
    {
        var result = await Cli.RunInAsync(_folder, ["check", "web.yaml", .. arguments.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"ha-webhook: {expected}", result.Errors, StringComparison.Ordinal);
        Assert.Equal(["web.yaml"], Names());
        Assert.Equal(Checks.OneReplica(), Read("web.yaml"));
    }

    [Fact]
    public async Task A_report_among_the_input_is_written_anew()
    {
        await Cli.RunInAsync(_folder, "check", ".", "-o", "yaml=report.yaml");
        string[] reports = ["-o", "yaml=report.yaml", "-o", "json=/dev/null", "-o", "text=/dev/null"];
        var result = await Cli.RunInAsync(_folder, ["check", ".", .. reports, "--fail-on", "WARN"]);
        Assert.Equal((1, "", ""), (result.ExitCode, result.Output, result.Errors));
        Assert.StartsWith("findings:\n- rule: minimum-replicas\n", Read("report.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check web.yaml -o text -o json=a.json", "standard output: cannot be written: No space left on device")]
    [InlineData("check web.yaml --fix --dry-run", "No space left on device")]
    [InlineData("docs rules", "No space left on device")]
    public async Task A_full_disk_behind_standard_output_is_a_line(string arguments, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            // No other system has a device that is always full.
            return;
        }

        File.WriteAllText(Path.Combine(_folder, "web.yaml"), Checks.Fine("web"));
        var start = new ProcessStartInfo("sh", ["-c", $"dotnet '{typeof(Program).Assembly.Location}' {arguments} > /dev/full"])
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, $"ha-webhook: {expected}\n"), (process.ExitCode, errors));
        Assert.Equal(arguments.Contains("a.json", StringComparison.Ordinal), Names().Contains("a.json"));
    }

    [Fact]
    public async Task A_file_that_is_given_twice_is_checked_once()
    {
        var result = await Cli.RunInAsync(_folder, "check", "web.yaml", ".", "./web.yaml");
        Assert.EndsWith("\n1 object, 1 denial, 0 warnings\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_order_is_that_of_the_names_whatever_the_file_system_says()
    {
        string[] names = ["b.yaml", "B.yaml", "a/z.yaml", "a.yaml", "a-b.yaml", "c/1.yaml", "c/10.yaml", "c/2.yaml"];
        foreach (var (folder, order) in new[] { ("one", names), ("two", names.Reverse()) })
        {
            foreach (var name in order)
            {
                var path = Path.Combine(_folder, folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, Checks.OneReplica(name.Replace('/', '-').ToLowerInvariant()));
            }
        }

        var one = await Cli.RunInAsync(Path.Combine(_folder, "one"), "check", ".", "-o", "json");
        var two = await Cli.RunInAsync(Path.Combine(_folder, "two"), "check", ".", "-o", "json");
        Assert.Equal(one.Output, two.Output);
        Assert.Equal(
            ["./B.yaml", "./a/z.yaml", "./a-b.yaml", "./a.yaml", "./b.yaml", "./c/1.yaml", "./c/10.yaml", "./c/2.yaml"],
            JsonElement.Parse(one.Output).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("file").GetString()));
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    private IEnumerable<string> Names() => Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
