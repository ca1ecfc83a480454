using System.Text.Json;

namespace HaWebhook.Tests.Fixing;

/// <summary>What comes of braces, in YAML and in JSON. Each case is a Pod whose container declares a port and has no readiness probe.</summary>
public sealed class FlowFillTests
{
    private const string Probe = "readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2}";

    [Theory]
    [InlineData("- {ports: [{containerPort: 80}]§, +§}")]
    [InlineData("- { ports: [{containerPort: 80}]§, +§ } # c")]
    [InlineData("- {ports: [{containerPort: 80}]§, +§,}")]
    [InlineData("- {ports: [{containerPort: 80}]§, +§ , }")]
    [InlineData("- {ports: [containerPort: 80], name: web§, +§}\n  # c\n- name: log")]
    [InlineData("- {ports: [{containerPort: 80}], workingDir§, +§}")]
    [InlineData("- {ports: [{containerPort: 80}], workingDir:§, +§  }")]
    [InlineData("- {ports: [{containerPort: 80}], workingDir:§, +§ # c\n  }")]
    [InlineData("- {name: web,\n   ports: [{containerPort: 80}]§, +§}")]
    [InlineData("- {name: web\n  , ports: [{containerPort: 80}]§, +§ # c\n  }")]
    [InlineData("- {ports: [{containerPort: 80}], readinessProbe: §null|{}§}")]
    [InlineData("- {readinessProbe: §~|{}§ , ports: [{containerPort: 80}]}")]
    [InlineData("- {readinessProbe:§| {}§, ports: [{containerPort: 80}]}")]
    public void A_line_grows(string marked)
    {
        var before = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  " + Side(marked, "").ReplaceLineEndings("\n  ") + "\n";
        var after = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  " + Side(marked, Probe).ReplaceLineEndings("\n  ") + "\n";

        var fix = FixedText.Of(before, FixedText.ReadinessOnly);

        Assert.Equal("", fix.Refused());
        Assert.Equal(after, fix.Text);
        Assert.Empty(FixedText.Of(after, FixedText.ReadinessOnly).Edits);
    }

    [Theory]
    [InlineData(
        """
         apiVersion: v1
         kind: Pod
         spec:
           containers: [
             {
               name: web, # web
        -      ports: [{containerPort: 80}] # ports
        +      ports: [{containerPort: 80}], # ports
        +      readinessProbe: {
        +        tcpSocket: {
        +          port: 80
        +        },
        +        periodSeconds: 5,
        +        timeoutSeconds: 5,
        +        failureThreshold: 2
        +      }
               # end
             },
             {
                 ports: [{containerPort: 80}],
        +        readinessProbe: {
        +            tcpSocket: {
        +                port: 80
        +            },
        +            periodSeconds: 5,
        +            timeoutSeconds: 5,
        +            failureThreshold: 2
        +        },
             },
           ]

        """)]
    [InlineData(
        """
         {
           "apiVersion": "v1",
           "kind": "Pod",
           "spec": {
             "containers": [
               {
                 "name": "web",
                 "ports": [
                   {
                     "containerPort": 80
                   }
        -        ]
        +        ],
        +        "readinessProbe": {
        +          "tcpSocket": {
        +            "port": 80
        +          },
        +          "periodSeconds": 5,
        +          "timeoutSeconds": 5,
        +          "failureThreshold": 2
        +        }
               }
             ]
           }
         }
        """)]
    [InlineData(
        """
         {
         	"apiVersion" : "v1", "kind" : "Pod",
         	"spec" : { "containers" : [ {
         		"name" : "web",
        -		"ports" : [ { "containerPort" : 80 } ]
        +		"ports" : [ { "containerPort" : 80 } ],
        +		"readinessProbe" : {
        +			"tcpSocket" : {
        +				"port" : 80
        +			},
        +			"periodSeconds" : 5,
        +			"timeoutSeconds" : 5,
        +			"failureThreshold" : 2
        +		}
         	} ] }
         }
        """)]
    public void Lines_are_added(string marked)
    {
        var (before, after) = MarkedText.Read(marked);
        var fix = FixedText.Of(before, FixedText.ReadinessOnly);

        Assert.Equal("", fix.Refused());
        Assert.Equal(after, fix.Text);
        Assert.Empty(FixedText.Of(after, FixedText.ReadinessOnly).Edits);
        Assert.Equal(after.ReplaceLineEndings("\r\n"), FixedText.Of(before.ReplaceLineEndings("\r\n"), FixedText.ReadinessOnly).Text);
    }

    [Theory]
    [InlineData(
        """{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"ports":[{"containerPort":80}]}]}}""",
        """{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"ports":[{"containerPort":80}],"readinessProbe":{"tcpSocket":{"port":80},"periodSeconds":5,"timeoutSeconds":5,"failureThreshold":2}}]}}""")]
    [InlineData(
        """{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"ports": [{"containerPort": 80}]}]}}""",
        """{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"ports": [{"containerPort": 80}], "readinessProbe": {"tcpSocket": {"port": 80}, "periodSeconds": 5, "timeoutSeconds": 5, "failureThreshold": 2}}]}}""")]
    public void Json_stays_as_tight_as_it_is(string before, string after)
    {
        Assert.Equal(after, FixedText.Of(before, FixedText.ReadinessOnly).Text);

        // Values may follow one another, and YAML may follow them.
        Assert.Equal($"{after}\n{after}{after}\n---\n{after}", FixedText.Of($"{before}\n{before}{before}\n---\n{before}", FixedText.ReadinessOnly).Text);
    }

    [Fact]
    public void Json_stays_json_whatever_its_texts_hold()
    {
        const string Before = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a\"\\\n\u2028/": "\ud83d\ude00 ü \u00a0: # \u007f"}},
              "spec": {"containers": [{"name": "\/\u0000", "ports": [{"containerPort": 80}]}]}}
            """;
        var fix = FixedText.Of(Before);

        Assert.Equal("", fix.Refused());
        using var document = JsonDocument.Parse(fix.Text);
        var selector = document.RootElement.GetProperty("spec").GetProperty("topologySpreadConstraints")[0].GetProperty("labelSelector");
        Assert.Equal("😀 ü \u00a0: # \u007f", selector.GetProperty("matchLabels").GetProperty("a\"\\\n\u2028/").GetString());
    }

    [Theory]
    [InlineData("spec: {}", "spec: {a: {b: [1, {c: \"-\"}], d: []}}")]
    [InlineData("spec: { }", "spec: { a: {b: [1, {c: \"-\"}], d: []}}")]
    [InlineData("spec: {  # c\n  }", "spec: {  # c\n  a: {b: [1, {c: \"-\"}], d: []}}")]
    [InlineData("spec: &x !!map {}", "spec: &x !!map {a: {b: [1, {c: \"-\"}], d: []}}")]
    [InlineData("spec: {a: , b: 1}", "spec: {a: {b: [1, {c: \"-\"}], d: []} , b: 1}")]
    [InlineData("spec: {\"b\": 1}", "spec: {\"b\": 1, \"a\": {\"b\": [1, {\"c\": \"-\"}], \"d\": []}}")]
    [InlineData("spec:\n  - b: 1", null)]
    [InlineData("spec:\n  b: 1", "spec:\n  b: 1\n  a:\n    b:\n    - 1\n    - c: \"-\"\n    d: []")]
    [InlineData("spec:\n  a: {}\n  b:\n      -   1", "spec:\n  a:\n    b:\n        - 1\n        - c: \"-\"\n    d: []\n  b:\n      -   1")]
    public void Any_value_can_be_written_into_any_mapping(string before, string? after)
    {
        const string Rest = "\nkind: X\napiVersion: v1\n";
        var fix = FixedText.With(before + Rest, ("/spec/a", """{"b":[1,{"c":"-"}],"d":[]}"""));

        Assert.Equal((after ?? before) + Rest, fix.Text);
        Assert.Equal(after is null, fix.Refused.Count == 1);
    }

    private static string Side(string marked, string probe)
    {
        var parts = marked.Split('§');
        if (parts.Length == 1)
        {
            return marked;
        }

        var value = probe.Length == 0 ? "" : probe[(probe.IndexOf(':', StringComparison.Ordinal) + 2)..];
        var change = parts[1].Split('|');
        var replaced = change.Length == 1
            ? probe.Length == 0 ? "" : change[0].Replace("+", probe, StringComparison.Ordinal)
            : probe.Length == 0 ? change[0] : change[1].Replace("{}", value, StringComparison.Ordinal);
        return parts[0] + replaced + parts[2];
    }
}
