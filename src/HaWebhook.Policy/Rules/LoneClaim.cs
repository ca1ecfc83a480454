using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Rules;

/// <summary>Finds what makes more replicas the wrong advice: a claim that all of them would mount, and that pods of several nodes cannot.</summary>
internal static class LoneClaim
{
    /// <summary>
    /// The name of the first such claim of a workload; null for none. One that is not known may be one. A claim template takes the place of a
    /// volume of its name (Kubernetes API, StatefulSetSpec).
    /// </summary>
    public static string? Of(Workload workload, RelatedObjects related) => workload.Template.Spec.Volumes.FirstOrDefault(volume =>
        volume.ClaimName.Length > 0
        && related.Claims.GetValueOrDefault(volume.ClaimName) is not { IsShared: true }
        && !workload.ClaimTemplates.Any(template => template.Name == volume.Name))?.ClaimName;

    /// <summary>What to do about it before there can be more replicas, as a sentence that goes on with what brings them.</summary>
    public static string Advice(string claim) =>
        $"All pods would mount the claim {claim}, which only one node can use unless it is ReadWriteMany: "
        + "give each pod its own claim (StatefulSet with volumeClaimTemplates) or make it ReadWriteMany, then ";
}
