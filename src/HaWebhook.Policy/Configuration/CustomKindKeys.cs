using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HaWebhook.Policy.Configuration;

/// <summary>The kinds that the policy file adds to those of Kubernetes, key by key.</summary>
internal static partial class CustomKindKeys
{
    private static readonly RequiredKey _group = new("group", new FreeText(), "The API group, for instance argoproj.io.");

    private static readonly RequiredKey _kind = new("kind", new FreeText(), "The kind, for instance Rollout.");

    private static readonly RequiredKey _resource = new("resource", new FreeText(), "The resource, which is the plural in URLs, for instance rollouts.");

    private static readonly RequiredKey _path = new(
        "path",
        new FormedText(StepsBelowSpec(), "names joined by dots below spec, such as spec.instances or spec.nodeSets[].count"),
        "Where the count stands, for instance spec.instances. [] after a step adds the counts of a list up.");

    private static readonly PolicyKey<int> _absent =
        new("absent", new WholeNumber(0, 100), 1, "What a count that is left out means to the kind's controller.");

    /// <summary>A kind that is shaped like a Deployment.</summary>
    public static MappingOf<CustomWorkload> Workload { get; } = new(
        [_group, _kind, _resource, _absent],
        section => new CustomWorkload(section.Get(_group), section.Get(_kind), section.Get(_resource), section.Get(_absent)))
    {
        Writes = workload => Write(workload.Group, workload.Kind, workload.Resource, null, workload.Absent),
    };

    /// <summary>A kind that keeps its count elsewhere.</summary>
    public static MappingOf<CustomReplicatedResource> ReplicatedResource { get; } = new(
        [_group, _kind, _resource, _path, _absent],
        section => new CustomReplicatedResource(
            section.Get(_group), section.Get(_kind), section.Get(_resource), section.Get(_path), section.Get(_absent)))
    {
        Writes = resource => Write(resource.Group, resource.Kind, resource.Resource, resource.Path, resource.Absent),
    };

    private static JsonObject Write(string group, string kind, string resource, string? path, int absent)
    {
        var entry = new JsonObject { [_group.Name] = group, [_kind.Name] = kind, [_resource.Name] = resource };
        if (path is not null)
        {
            entry[_path.Name] = path;
        }

        if (absent != _absent.Default)
        {
            entry[_absent.Name] = absent;
        }

        return entry;
    }

    /// <summary>Fields' names, each with <c>[]</c> behind it where the field is a list.</summary>
    [GeneratedRegex(@"^spec(\.[A-Za-z0-9_-]+(\[\])?)+$")]
    private static partial Regex StepsBelowSpec();
}
