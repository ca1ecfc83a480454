using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Requests;

namespace HaWebhook.ApiServer.Admission;

/// <summary>One write as the webhooks are asked about it.</summary>
/// <param name="Request">The request that writes.</param>
/// <param name="Operation"><c>CREATE</c>, <c>UPDATE</c> or <c>DELETE</c>.</param>
/// <param name="Object">The object as it shall be; null on DELETE.</param>
/// <param name="Old">The object as it is; null on CREATE.</param>
/// <param name="Options">The options of the write.</param>
internal sealed record AdmissionRequest(ApiRequest Request, string Operation, JsonObject? Object, JsonObject? Old, JsonObject Options)
{
    private JsonObject Subject => (Object ?? Old)!;

    /// <summary>The name that a review shows: that of the path, else of the object; null while it is still to be generated.</summary>
    public string? Name => Request.Name ?? Subject.Metadata().Text("name");

    /// <summary>The namespace that a review shows: that of a Namespace is its own name.</summary>
    public string? Namespace => Request.Kind.Kind == "Namespace" ? Name : Request.Namespace;

    /// <summary>The review that is sent, in the order of the real one's fields.</summary>
    public JsonObject ToReview(string uid)
    {
        var (group, version) = Split(Subject.Text("apiVersion")!);
        JsonObject KindOf() => new() { ["group"] = group, ["version"] = version, ["kind"] = Subject.Text("kind") };
        JsonObject ResourceOf() => new() { ["group"] = Request.Kind.Group, ["version"] = Request.Kind.Version, ["resource"] = Request.Kind.Plural };

        var request = new JsonObject { ["uid"] = uid, ["kind"] = KindOf(), ["resource"] = ResourceOf() };
        Optional(request, "subResource", Request.Subresource);
        request["requestKind"] = KindOf();
        request["requestResource"] = ResourceOf();
        Optional(request, "requestSubResource", Request.Subresource);
        Optional(request, "name", Name);
        Optional(request, "namespace", Namespace);
        request["operation"] = Operation;
        var user = new JsonObject { ["username"] = Request.User.Name };
        Optional(user, "uid", Request.User.Uid);
        user["groups"] = new JsonArray([.. Request.User.Groups.Select(name => JsonValue.Create(name))]);
        request["userInfo"] = user;
        request["object"] = Object?.DeepClone();
        request["oldObject"] = Old?.DeepClone();
        request["dryRun"] = Request.DryRun;
        request["options"] = Options.DeepClone();
        return new() { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    private static (string Group, string Version) Split(string apiVersion)
        => apiVersion.IndexOf('/') is var slash and > 0 ? (apiVersion[..slash], apiVersion[(slash + 1)..]) : ("", apiVersion);

    private static void Optional(JsonObject target, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            target[name] = value;
        }
    }
}
