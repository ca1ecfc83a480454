using HaWebhook.Policy.Manifests;

namespace HaWebhook.Policy.Tests.Manifests;

public sealed class FieldLineTests
{
    private static readonly string _deployment = """
        # a deployment
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          annotations:
            ha-webhook.io/exempt: all
            a.b: c
        spec:
          replicas:
            2
          template:
            spec:
              containers:
              - name: web
                image: nginx
              - image: busybox
                name: "1"
                readinessProbe:
                  httpGet: {path: /,
                    port: 80}
              - image: third
              topologySpreadConstraints:
              - maxSkew: 1
                topologyKey: kubernetes.io/hostname
          nodeSets:
          - count: 1
          - count: 2
        flow: [a: 1,
          b: 2]
        """;

    [Theory]
    [InlineData("", 2)]
    [InlineData("kind", 3)]
    [InlineData("metadata.annotations", 5)]
    [InlineData("metadata.annotations[ha-webhook.io/exempt]", 6)]
    [InlineData("metadata.annotations[a.b]", 7)]
    [InlineData("metadata.annotations[missing/key]", 5)]
    [InlineData("metadata.labels", 4)]
    [InlineData("metadata.labels[app]", 4)]
    [InlineData("spec.replicas", 9)]
    [InlineData("spec.replicas.deeper", 9)]
    [InlineData("spec.template.spec.containers", 13)]
    [InlineData("spec.template.spec.containers[web]", 14)]
    [InlineData("spec.template.spec.containers[web].image", 15)]
    [InlineData("spec.template.spec.containers[web].readinessProbe", 14)]
    [InlineData("spec.template.spec.containers[0].image", 15)]
    [InlineData("spec.template.spec.containers[1].readinessProbe", 18)]
    [InlineData("spec.template.spec.containers[1].readinessProbe.httpGet.port", 20)]
    [InlineData("spec.template.spec.containers[2].image", 21)]
    [InlineData("spec.template.spec.containers[3].image", 13)]
    [InlineData("spec.template.spec.containers[-1]", 13)]
    [InlineData("spec.template.spec.containers[99999999999]", 13)]
    [InlineData("spec.template.spec.containers.web", 13)]
    [InlineData("spec.template.spec.initContainers[web].image", 12)]
    [InlineData("spec.template.spec.topologySpreadConstraints[kubernetes.io/hostname]", 23)]
    [InlineData("spec.template.spec.topologySpreadConstraints[kubernetes.io/hostname].topologyKey", 24)]
    [InlineData("spec.nodeSets[1].count", 27)]
    [InlineData("flow[0].a", 28)]
    [InlineData("flow[1]", 29)]
    [InlineData("flow[1].b", 29)]
    [InlineData("nothing.at.all", 2)]
    [InlineData("metadata.annotations[unclosed", 5)]
    [InlineData("..", 2)]
    public void The_line_is_that_of_the_deepest_node_on_the_path(string path, int line)
    {
        Assert.Equal(line, FieldLines.LineOf(Reading.Root(_deployment), path));
    }

    [Theory]
    [InlineData("list[0]", 3)]
    [InlineData("list[1]", 2)]
    [InlineData("list[2]", 4)]
    public void A_name_wins_over_an_index(string path, int line)
    {
        Assert.Equal(line, FieldLines.LineOf(Reading.Root("list:\n- name: '1'\n- name: '0'\n- name: 2\n"), path));
    }

    [Fact]
    public void Lines_count_from_the_start_of_the_file()
    {
        const string Yaml = "a: 1\r\n---\r\n# c\r\nb:\r\n  c: \"x\r\n\r\n    y\"\r\n  d: 1\r\n";
        const string Json = "{\"e\": [\r\n1, 2],\r\n\"f\": 3}\r\n";
        var documents = ManifestReader.Read($"{Yaml}---\r\n{Json}");


        Assert.Equal([1, 4, 10], documents.Select(document => document.Line));
        Assert.Equal(8, FieldLines.LineOf(documents[1].Root!, "b.d"));
        Assert.Equal(11, FieldLines.LineOf(documents[2].Root!, "e[1]"));
        Assert.Equal(12, FieldLines.LineOf(documents[2].Root!, "f"));
    }

    [Theory]
    [InlineData("b", 3)]
    [InlineData("b.k", 2)]
    [InlineData("c", 4)]
    [InlineData("c.k", 2)]
    public void Inside_an_alias_the_line_is_that_of_the_anchor(string path, int line)
    {
        Assert.Equal(line, FieldLines.LineOf(Reading.Root("a: &x\n  k: 1\nb: *x\nc:\n  <<: *x\n"), path));
    }
}
