using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;

namespace HaWebhook.ApiServer.Requests;

/// <summary>What is served: <c>/version</c>, and discovery in its plain form, which every client falls back to.</summary>
internal sealed class Discovery(KindTable kinds)
{
    private static readonly string[] _changing = ["get", "patch", "update"];
    private static readonly string[] _everything = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>The version that the server gives itself.</summary>
    public Version Version { get; set; } = new(1, 36);

    /// <summary>The answer to a path that is not about objects; null where there is none.</summary>
    public JsonObject? Answer(string path) => path.TrimEnd('/').Split('/') switch
    {
        ["", "version"] => OfVersion(),
        ["", "api"] => new() { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        ["", "apis"] => new()
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = new JsonArray([.. Groups().Select(group => Group(group))]),
        },
        ["", "apis", var group] when Groups().Contains(group) => Kinded("APIGroup", Group(group)),
        ["", "api", "v1"] => Resources("", "v1"),
        ["", "apis", var group, var version] => Resources(group, version),
        _ => null,
    };

    private JsonObject OfVersion() => new()
    {
        ["major"] = $"{Version.Major}",
        ["minor"] = $"{Version.Minor}",
        ["emulationMajor"] = $"{Version.Major}",
        ["emulationMinor"] = $"{Version.Minor}",
        ["minCompatibilityMajor"] = $"{Version.Major}",
        ["minCompatibilityMinor"] = $"{Version.Minor - 1}",
        ["gitVersion"] = $"v{Version.Major}.{Version.Minor}.2",
        ["gitCommit"] = "$Format:%H$",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "go1.26.10",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };

    private IEnumerable<string> Groups() => kinds.Kinds.Select(kind => kind.Group).Where(group => group.Length > 0).Distinct();

    private JsonObject Group(string name)
    {
        var versions = kinds.Kinds.Where(kind => kind.Group == name).Select(kind => kind.Version).Distinct()
            .Select(version => new JsonObject { ["groupVersion"] = $"{name}/{version}", ["version"] = version }).ToList();
        return new()
        {
            ["name"] = name,
            ["versions"] = new JsonArray([.. versions]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private JsonObject? Resources(string group, string version)
    {
        var served = kinds.Kinds.Where(kind => kind.Group == group && kind.Version == version)
            .OrderBy(kind => kind.Plural, StringComparer.Ordinal).ToList();
        return served.Count == 0 ? null : new()
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = new JsonArray([.. served.SelectMany(Resource)]),
        };
    }

    private static IEnumerable<JsonObject> Resource(ApiKind kind)
    {
        var review = kind.Kind == "SelfSubjectAccessReview";
        var main = new JsonObject
        {
            ["name"] = kind.Plural,
            ["singularName"] = kind.Singular,
            ["namespaced"] = kind.Namespaced,
            ["kind"] = kind.Kind,
            ["verbs"] = List(review ? ["create"] : _everything),
        };
        if (kind.ShortNames.Length > 0)
        {
            main["shortNames"] = List(kind.ShortNames);
        }

        if (kind.Categories.Length > 0)
        {
            main["categories"] = List(kind.Categories);
        }

        if (!review)
        {
            main["storageVersionHash"] = kind.StorageVersionHash;
        }

        yield return main;
        if (kind.HasScale)
        {
            var scale = Subresource(kind, "scale", "Scale");
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            yield return scale;
        }

        if (kind.HasStatus)
        {
            yield return Subresource(kind, "status", kind.Kind);
        }
    }

    private static JsonObject Subresource(ApiKind kind, string name, string shown) => new()
    {
        ["name"] = $"{kind.Plural}/{name}",
        ["singularName"] = "",
        ["namespaced"] = kind.Namespaced,
        ["kind"] = shown,
        ["verbs"] = List(_changing),
    };

    private static JsonArray List(string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Kinded(string kind, JsonObject value)
    {
        var kinded = new JsonObject { ["kind"] = kind, ["apiVersion"] = "v1" };
        foreach (var (name, child) in value)
        {
            kinded[name] = child?.DeepClone();
        }

        return kinded;
    }
}
