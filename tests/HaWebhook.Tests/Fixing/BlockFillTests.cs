namespace HaWebhook.Tests.Fixing;

/// <summary>What comes of YAML in blocks. Each case is a Pod whose container declares a port and has no readiness probe; + marks what is added.</summary>
public sealed class BlockFillTests
{
    private const string Pod = "apiVersion: v1\nkind: Pod\n";

    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Fixing", "Cases");

    /// <summary>The cases, a file each; its name says what it is about.</summary>
    public static TheoryData<string> Cases => [.. Directory.EnumerateFiles(_folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_missing_is_written(string name)
    {
        var text = MarkedText.Read(File.ReadAllText(Path.Combine(_folder, name + ".txt")));
        var (before, after) = text.Before.Contains("kind:", StringComparison.Ordinal) ? (text.Before, text.After) : (Pod + text.Before, Pod + text.After);

        var fix = FixedText.Of(before, FixedText.ReadinessOnly);

        Assert.Equal("", fix.Refused());
        Assert.Equal(after, fix.Text);
        Assert.Empty(FixedText.Of(after, FixedText.ReadinessOnly).Edits);

        // And the same with other line breaks, and without the last one.
        Assert.Equal(after.ReplaceLineEndings("\r\n"), FixedText.Of(before.ReplaceLineEndings("\r\n"), FixedText.ReadinessOnly).Text);
        Assert.Equal(after.TrimEnd(), FixedText.Of(before.TrimEnd(), FixedText.ReadinessOnly).Text);
    }

    [Fact]
    public void Old_line_breaks_and_byte_order_marks_between_files_stay()
    {
        const string Before = Pod + "spec:\n  containers:\n  - ports: [{containerPort: 80}]\n";
        var after = FixedText.Of(Before, FixedText.ReadinessOnly).Text;

        Assert.NotEqual(Before, after);
        Assert.Equal(after.Replace('\n', '\r'), FixedText.Of(Before.Replace('\n', '\r'), FixedText.ReadinessOnly).Text);
        Assert.Equal(
            $"\uFEFF---\n{after}---\n\uFEFF{after}\uFEFF---\n{after}",
            FixedText.Of($"\uFEFF---\n{Before}---\n\uFEFF{Before}\uFEFF---\n{Before}", FixedText.ReadinessOnly).Text);
    }

    [Theory]
    [InlineData("  - workingDir: |\n      \n      x\n    ports: [{containerPort: 80}]\n")]
    [InlineData("  - workingDir: |\n          \n      x\n    ports: [{containerPort: 80}]\n")]
    [InlineData("  - workingDir: \"a\nb\"\n    ports: [{containerPort: 80}]\n")]
    [InlineData("  - ports: [\n{containerPort: 80}\n]\n")]
    [InlineData("  - args: [\"a\nb\", c,\nd]\n    ports: [{\n  containerPort: 80}]\n")]
    public void What_had_to_be_repaired_to_be_read_is_not_repaired_in_the_file(string containers)
    {
        var before = $"{Pod}spec:\n  containers:\n{containers}  - name: log\n";
        var fix = FixedText.Of(before, FixedText.ReadinessOnly);

        const string Probe = "    readinessProbe:\n      tcpSocket:\n        port: 80\n      periodSeconds: 5\n      timeoutSeconds: 5\n      failureThreshold: 2\n";
        Assert.Equal("", fix.Refused());
        Assert.Equal(before.Insert(before.Length - "  - name: log\n".Length, Probe), fix.Text);
    }

    [Fact]
    public void The_pod_comes_after_its_last_container()
    {
        const string Before = """
            apiVersion: v1
            kind: Pod
            metadata:
              labels:
                app: web
                "yes": "1"
            spec:
              topologySpreadConstraints: []   # to do
              containers:
                - name: web
                  ports:
                    - containerPort: 80
            """;
        var fix = FixedText.Of(Before, "rules: {default-probes: {liveness: Always}}");

        Assert.Equal("", fix.Refused());
        Assert.Equal(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              labels:
                app: web
                "yes": "1"
            spec:
              topologySpreadConstraints:   # to do
                - maxSkew: 1
                  topologyKey: topology.kubernetes.io/zone
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app: web
                      "yes": "1"
                - maxSkew: 1
                  topologyKey: kubernetes.io/hostname
                  whenUnsatisfiable: ScheduleAnyway
                  labelSelector:
                    matchLabels:
                      app: web
                      "yes": "1"
              containers:
                - name: web
                  ports:
                    - containerPort: 80
                  readinessProbe:
                    tcpSocket:
                      port: 80
                    periodSeconds: 5
                    timeoutSeconds: 5
                    failureThreshold: 2
                  livenessProbe:
                    tcpSocket:
                      port: 80
                    periodSeconds: 5
                    timeoutSeconds: 5
                    failureThreshold: 4
                  startupProbe:
                    tcpSocket:
                      port: 80
                    periodSeconds: 5
                    timeoutSeconds: 5
                    failureThreshold: 60
            """,
            fix.Text);
    }
}
