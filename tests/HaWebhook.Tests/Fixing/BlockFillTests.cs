namespace HaWebhook.Tests.Fixing;

/// <summary>What comes of YAML in blocks. Each case is a Pod whose container declares a port and has no readiness probe.</summary>
public sealed class BlockFillTests
{
    public static TheoryData<string, string> Pods => new()
    {
        {
            "lists under their keys",
            """
             spec:
               containers:
               - name: web
                 ports:
                 - containerPort: 80
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

            """
        },
        {
            "indented by four, lists too",
            """
             spec:
                 containers:
                     -   name: web
                         ports:
                             -   containerPort: 80
            +            readinessProbe:
            +                tcpSocket:
            +                    port: 80
            +                periodSeconds: 5
            +                timeoutSeconds: 5
            +                failureThreshold: 2
                 restartPolicy: Always

            """
        },
        {
            "a mapping in the container shows the indentation",
            """
             spec:
               containers:
                 - name: web
                   resources:
                      limits: {cpu: 1}
                   ports:
                     - containerPort: 80
            +      readinessProbe:
            +         tcpSocket:
            +            port: 80
            +         periodSeconds: 5
            +         timeoutSeconds: 5
            +         failureThreshold: 2

            """
        },
        {
            "the dash on a line of its own",
            """
             spec:
               containers:
               -
                  name: web
                  ports: [containerPort: 80]
            +     readinessProbe:
            +       tcpSocket:
            +         port: 80
            +       periodSeconds: 5
            +       timeoutSeconds: 5
            +       failureThreshold: 2

            """
        },
        {
            "comments of the container stay with it, those after it stay after it",
            """
             # before
             spec: # spec
               containers: # containers
               # the first
               - name: web # web
                 # ports
                 ports:   # of web
                 - containerPort: 80   # http
                 # - containerPort: 443
                   # - containerPort: 444
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               # the second

                 # more about it
               - name: log
             # end

            """
        },
        {
            "a comment after a blank line is somebody else's",
            """
             spec:
               containers:
               - name: web
                 ports: [{containerPort: 80}]
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

                 # about the pod

             # end

            """
        },
        {
            "every container for itself, names twice or missing",
            """
             spec:
               containers:
               - name: web
                 ports: [{containerPort: 80}]
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - name: web
                 readinessProbe: {exec: {command: [ready]}}
                 ports: [{containerPort: 81}]
               - ports: [{containerPort: 82}]
            +    readinessProbe:
            +      tcpSocket:
            +        port: 82
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

            """
        },
        {
            "after a block scalar, its blank lines and what looks like a comment in it",
            """
             spec:
               containers:
               - ports: [{containerPort: 80}]
                 args:
                 - |
                   # no comment

                   go
                   # nor this
                 # but this
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2


               - name: log

            """
        },
        {
            "after a block scalar that keeps its blank lines",
            """
             spec:
               containers:
               - ports: [{containerPort: 80}]
                 workingDir: &dir |2+
                   go


            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - name: log

            """
        },
        {
            "after a folded text and after one in quotes that goes on",
            """
             spec:
               containers:
               - ports: [{containerPort: 80}]
                 workingDir: >-
                   a
                     b

                   c
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - ports: [{containerPort: 81}]
                 workingDir: "a # b

                   c"   # d
            +    readinessProbe:
            +      tcpSocket:
            +        port: 81
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - ports: [{containerPort: 82}]
                 workingDir: a
                   b
            +    readinessProbe:
            +      tcpSocket:
            +        port: 82
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

            """
        },
        {
            "after a key without a value, an alias and an anchor without one",
            """
             spec:
               hostname: &name web
               containers:
               - ports: [{containerPort: 80}]
                 workingDir:
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - ports: [{containerPort: 81}]
                 name: *name
            +    readinessProbe:
            +      tcpSocket:
            +        port: 81
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - ports: [{containerPort: 82}]
                 workingDir: &none # c
            +    readinessProbe:
            +      tcpSocket:
            +        port: 82
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

            """
        },
        {
            "a probe that is null gives way, and what stands behind it stays",
            """
             spec:
               containers:
               - name: web
            -    readinessProbe: null  # none
            +    readinessProbe:  # none
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
                 ports: [{containerPort: 80}]
               - ports: [{containerPort: 81}]
                 readinessProbe:
            +      tcpSocket:
            +        port: 81
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
                 # later

            """
        },
        {
            "keys in quotes, with tags and with anchors nobody refers to",
            """
             "spec": !!map
               'containers': &all
               - &web
                 "name": web
                 "ports": &ports
                 - "containerPort": 80
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

            """
        },
        {
            "merge keys bring in what they like, as long as the container is written out",
            """
             spec:
               containers:
               - &web
                 name: web
                 ports: [{containerPort: 80}]
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
               - <<: *web
                 name: other
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2

            """
        },
        {
            "a List, items indented or not",
            """
             kind: List
             apiVersion: v1
             items:
             - {apiVersion: v1, kind: Service, metadata: {name: a}}
             - apiVersion: v1
               kind: Pod
               spec:
                 containers:
                 - ports: [{containerPort: 80}]
            +      readinessProbe:
            +        tcpSocket:
            +          port: 80
            +        periodSeconds: 5
            +        timeoutSeconds: 5
            +        failureThreshold: 2
             -   spec:
                     containers:
                     -   ports: [{containerPort: 80}]
            +            readinessProbe:
            +                tcpSocket:
            +                    port: 80
            +                periodSeconds: 5
            +                timeoutSeconds: 5
            +                failureThreshold: 2
                 apiVersion: v1
                 kind: Pod

            """
        },
        {
            "documents around it, broken, empty, templates or of other kinds",
            """
             %YAML 1.1
             --- # one
             a: [
             ---
             # nothing
             ---
             name: {{ .Values.name }}
             ... # end of it
             spec:
               containers:
               - ports: [{containerPort: 80}]
            +    readinessProbe:
            +      tcpSocket:
            +        port: 80
            +      periodSeconds: 5
            +      timeoutSeconds: 5
            +      failureThreshold: 2
             apiVersion: v1
             kind: Pod
             ---
             b: 1
             b: 2
             ---
             kind: Other
             ...

            """
        },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void What_is_missing_is_written(string name, string marked)
    {
        Assert.NotEmpty(name);
        var text = MarkedText.Read(marked);
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

    private const string Pod = "apiVersion: v1\nkind: Pod\n";
}
