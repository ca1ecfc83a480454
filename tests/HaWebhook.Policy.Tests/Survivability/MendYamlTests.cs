using HaWebhook.Policy.Manifests;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Policy.Tests.Survivability;

public class MendYamlTests
{
    private const string ThreeZones = "a1=zone-a a2=zone-a b1=zone-b b2=zone-b c1=zone-c c2=zone-c";

    [Fact]
    public void MoreReplicas_AreSetWhereTheyAreCounted()
    {
        var plain = new ClusterScene().Nodes(ThreeZones).Web("a1").Only();
        var scaled = new ClusterScene().Nodes(ThreeZones).Web("a1").With(RelatedJson.Autoscaler(1)).Only();

        Assert.Equal("spec:\n  replicas: 2", plain.NodeLoss.Mend!.Yaml);
        Assert.Equal("# HorizontalPodAutoscaler web\nspec:\n  minReplicas: 2", scaled.NodeLoss.Mend!.Yaml);
    }

    [Fact]
    public void Constraint_SelectsThePods()
    {
        var mend = new ClusterScene().Nodes(ThreeZones).Web("a1 a2").Only().ZoneLoss.Mend!;

        Assert.Equal(
            """
            # spec.template.spec
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: topology.kubernetes.io/zone
              whenUnsatisfiable: DoNotSchedule
              labelSelector: {matchLabels: {app: web}}
              matchLabelKeys: [pod-template-hash]
            """.ReplaceLineEndings("\n"),
            mend.Yaml);
    }

    [Fact]
    public void Budget_IsAWholeObject()
    {
        var mend = new ClusterScene().Nodes(ThreeZones).Web("a1 a1").Only().Drain.Mend!;

        Assert.Equal(
            """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web","namespace":"shop"}"""
                + ""","spec":{"maxUnavailable":1,"unhealthyPodEvictionPolicy":"AlwaysAllow","selector":{"matchLabels":{"app":"web"}}}}""",
            Json(mend));
    }

    [Fact]
    public void NamesThatAreNoNames_AddNothingToTheYaml()
    {
        const string Label = "x\n---\nkind: Secret # ";
        var scene = new ClusterScene().Nodes(ThreeZones)
            .With(ObjectJson.Deployment(2).With("spec.selector.matchLabels.app", Label).With("spec.template.metadata.labels.app", Label))
            .Pods("a1 a1", app: Label);

        Assert.Contains("""{"matchLabels":{"app":"x\n---\nkind: Secret # "}}""", Json(scene.Only().Drain.Mend!), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWordsSayBetter_HasNoYaml()
    {
        var unready = new ClusterScene().Nodes(ThreeZones).Web("a1 b1! c1!").Only();

        Assert.Equal(("status.readyReplicas", ""), (unready.NodeLoss.Mend!.Field, unready.NodeLoss.Mend.Yaml));
    }

    private static string Json(Mend mend) => System.Text.Encoding.UTF8.GetString(ManifestJson.ToJson(Assert.Single(ManifestReader.Read(mend.Yaml)).Root!));
}
