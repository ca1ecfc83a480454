namespace HaWebhook.Tests.Fixing;

/// <summary>What cannot be written without changing something else is left as it is, and told.</summary>
public sealed class RefusalTests
{
    private const string List = "apiVersion: v1\nkind: List\nitems:\n";

    [Theory]
    [InlineData(
        "- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [&web {ports: [{containerPort: 80}], readinessProbe: {}}]}}\n"
        + "- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{ports: [{containerPort: 80}]}, *web]}}\n"
        + "- {apiVersion: v1, kind: Pod, metadata: {name: c}, spec: *nothing}\n",
        "")]
    [InlineData(
        "- &web {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{ports: [{containerPort: 80}]}]}}\n- *web\n",
        "a: items[1] is the alias *web; must be written out to be fixed\n"
        + "a: items[0].spec.containers[0] is in the value of the anchor &web, and what refers to it would change as well; must be written out to be fixed")]
    [InlineData(
        "- {apiVersion: v1, kind: Service, metadata: {name: s}, spec: &spec {containers: [{ports: [{containerPort: 80}]}]}}\n"
        + "- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: *spec}\n",
        "b: items[1].spec is the alias *spec; must be written out to be fixed")]
    [InlineData(
        "- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: &all [{ports: [{containerPort: 80}]}]}}\n"
        + "- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: x}], initContainers: *all}}\n",
        "a: items[0].spec.containers[0] is in the value of the anchor &all, and what refers to it would change as well; must be written out to be fixed")]
    [InlineData(
        "- &pod {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{ports: [{containerPort: 80}]}]}}\n"
        + "- {<<: *pod, metadata: {name: b}}\n",
        "b: items[1].spec comes from a merge key (<<); must be written out to be fixed\n"
        + "a: items[0].spec.containers[0] is in the value of the anchor &pod, and what refers to it would change as well; must be written out to be fixed")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers:\n    - ports: [{containerPort: 80}]\n      readinessProbe: &none null\n",
        "a: items[0].spec.containers[0].readinessProbe is written in a way that cannot be filled in; must be removed to be fixed")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers:\n    - ports: [{containerPort: 80}]\n      readinessProbe:\n        null\n",
        "a: items[0].spec.containers[0].readinessProbe is written in a way that cannot be filled in; must be removed to be fixed")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers:\n    - [ports: [{containerPort: 80}]]\n", "")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec: {containers: [ports: [{containerPort: 80}]]}\n",
        "a: items[0].spec.containers[0] is written without braces; must be written out to be fixed")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers:\n    - ? ports\n      : [{containerPort: 80}]\n",
        "a: its text cannot be edited without changing something else; must be edited by hand")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    ? containers\n    :\n    - ? ports\n      :\n      - containerPort: 80\n",
        "a: its text cannot be edited without changing something else; must be edited by hand")]
    [InlineData(
        "- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n  spec:\n    containers:\n    - ports: [{containerPort: 80}]\n      workingDir: |\n        ends without a line break",
        "a: its text cannot be edited without changing something else; must be edited by hand")]
    public void The_object_stays_as_it_is(string items, string refused)
    {
        var fix = FixedText.Of(List + items, FixedText.ReadinessOnly);

        Assert.Equal(refused, fix.Refused());
        Assert.Equal(List + items, fix.Text);
        Assert.Empty(fix.Edits);
    }

    [Fact]
    public void Objects_beside_it_are_fixed()
    {
        const string Fixed = ", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2}";
        const string Before = """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: &all [{ports: [{containerPort: 80}]}], initContainers: *all}}
            - {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{ports: [{containerPort: 80}]}]}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: c}
            spec:
              containers:
              - ? ports
                : [{containerPort: 80}]
              - {ports: [{containerPort: 80}]}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: d}, spec: {containers: [{ports: [{containerPort: 80}]}]}}
            """;
        var fix = FixedText.Of(Before, FixedText.ReadinessOnly);

        Assert.Equal(
            """
            a: items[0].spec.containers[0] is in the value of the anchor &all, and what refers to it would change as well; must be written out to be fixed
            c: its text cannot be edited without changing something else; must be edited by hand
            """,
            fix.Refused());
        Assert.Equal(
            Before
                .Replace("{name: b}, spec: {containers: [{ports: [{containerPort: 80}]", "{name: b}, spec: {containers: [{ports: [{containerPort: 80}]" + Fixed, StringComparison.Ordinal)
                .Replace("{name: d}, spec: {containers: [{ports: [{containerPort: 80}]", "{name: d}, spec: {containers: [{ports: [{containerPort: 80}]" + Fixed, StringComparison.Ordinal),
            fix.Text);
    }

    [Fact]
    public void A_value_that_is_set_is_never_overwritten()
    {
        const string Text = "apiVersion: v1\nkind: X\nspec:\n  a: 1\n  b: {c: [2]}\n";

        Assert.Equal((Text, 1), (FixedText.With(Text, ("/spec/a", "2")).Text, FixedText.With(Text, ("/spec/a", "2")).Refused.Count));
        Assert.Equal((Text, 1), (FixedText.With(Text, ("/spec/b/c", "[]")).Text, FixedText.With(Text, ("/spec/b/c", "[]")).Refused.Count));
        Assert.Equal("-: spec.a.b is not found in the text", "-" + FixedText.With(Text, ("/spec/a/b/c", "2")).Refused());
    }
}
