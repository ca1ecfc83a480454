using System.Diagnostics;
using System.Globalization;
using System.Text;
using HaWebhook.Commands;

namespace HaWebhook.Tests.Commands;

/// <summary>Files that are made to cost time or memory: one clear line, exit code 2, and neither time nor memory to speak of.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const int TenMegabytes = 10 << 20;

    /// <summary>Bytes of heap that the process may have: 25 times the largest file here.</summary>
    private const int MostMemory = 25 * TenMegabytes;

    /// <summary>Far above what any of them takes (2 seconds), far below what an expansion would.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("ha-webhook-").FullName;

    public static TheoryData<string, string> Small => new()
    {
        { "a: &a [*a]\n", ":1: the alias \"*a\" stands inside the value it names" },
        { "a: &a\n  b: *a\n", ":2: the alias \"*a\" stands inside the value it names" },
        { "a: &a\n  <<: *a\n", ":2: the alias \"*a\" stands inside the value it names" },
        { "a: &a {b: &b {c: *a}}\n", ":1: the alias \"*a\" stands inside the value it names" },
        { "a: *b\n", ":1: the alias \"*b\" has no anchor before it" },
        { Explosion(9, "[x, x, x, x, x, x, x, x, x, x]"), "more than 1,000,000 keys and values in one document, counting what aliases repeat" },
        { Explosion(5, $"[{new string('x', 1000)}]"), "aliases repeat more than 10,000,000 characters" },
    };

    public static TheoryData<string, string> Large => new()
    {
        { "[", "nested deeper than 1,000 levels" },
        { "- ", "nested deeper than 1,000 levels" },
        { "{\"a\":", "nested deeper than 1,000 levels" },
        { "- x\n", "more than 1,000,000 keys and values in one document" },
        { "- &a x\n- *a\n", "more than 1,000,000 keys and values in one document" },
        { "a: b: ", "not valid YAML: " },
        { "\0", "the character U+0000 is not allowed in YAML" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Small))]
    public async Task Aliases_do_not_explode(string text, string expected)
    {
        await RefusesAsManifest(text, expected);
        var policy = await RefusesAsPolicy(text);
        Assert.Contains(expected, policy, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Large))]
    public async Task Ten_megabytes_are_refused_in_bounded_time_and_memory(string piece, string expected)
    {
        var text = new StringBuilder().Insert(0, piece, TenMegabytes / piece.Length).ToString();
        await RefusesAsManifest(text, expected);
        Assert.Contains("is larger than 1048576 bytes; a policy is not", await RefusesAsPolicy(text), StringComparison.Ordinal);
    }

    /// <summary>A device has no length that could be looked at.</summary>
    [Fact]
    public async Task A_policy_without_end_is_refused() =>
        Assert.Equal(
            (2, "", "ha-webhook: /dev/zero: is larger than 1048576 bytes; a policy is not\n"),
            await RunAsync("check", "--policy", "/dev/zero", "samples"));

    [Fact]
    public void A_text_is_read_up_to_its_limit_and_no_further()
    {
        Assert.Equal("abc", LimitedText.ReadToEnd(new StringReader("abc"), 3));

        using var endless = new StreamReader("/dev/zero");
        Assert.Null(LimitedText.ReadToEnd(endless, 1_000_000));
    }

    private async Task RefusesAsManifest(string text, string expected)
    {
        var (exitCode, output, errors) = await RunAsync("check", Write("manifest.yaml", text));

        Assert.Equal((2, ""), (exitCode, errors));
        Assert.StartsWith($"ERROR  {_folder}/manifest.yaml:", output, StringComparison.Ordinal);
        Assert.Contains(expected, output.Split('\n')[0], StringComparison.Ordinal);
        Assert.EndsWith("\n0 objects, 0 denials, 0 warnings, 1 error\n", output, StringComparison.Ordinal);
    }

    private async Task<string> RefusesAsPolicy(string text)
    {
        var (exitCode, output, errors) = await RunAsync("check", "--policy", Write("policy.yaml", text), "samples");

        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"ha-webhook: {_folder}/policy.yaml:", errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(character => character == '\n'));
        return errors;
    }

    /// <summary>Runs the executable with a heap that it cannot exceed, and stops it when it takes too long.</summary>
    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            WorkingDirectory = Cli.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = MostMemory.ToString("X", CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            process.Kill();
        }
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A list that says the one before it ten times, and so on down to a first value.</summary>
    private static string Explosion(int times, string first) =>
        $"a0: &a0 {first}\n" + string.Concat(Enumerable.Range(1, times).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
}
