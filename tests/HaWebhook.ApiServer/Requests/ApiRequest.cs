using System.Globalization;
using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Kinds;
using Microsoft.AspNetCore.Http;

namespace HaWebhook.ApiServer.Requests;

/// <summary>A request for objects, understood: which verb on which kind, namespace, name and subresource, by whom, with which options.</summary>
internal sealed record ApiRequest(string Verb, ApiKind Kind, string? Namespace, string? Name, string? Subresource, User User)
{
    public required IQueryCollection Query { get; init; }

    /// <summary>The program that writes: <c>fieldManager</c>, else the user agent up to its slash.</summary>
    public required string Manager { get; init; }

    /// <summary>Warnings for whoever sent the request, in order.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>When the request's own <c>?timeout=</c> runs out; null where it gives none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public bool DryRun => Query["dryRun"] == "All";

    public bool Flag(string name) => Query[name].FirstOrDefault() is "1" or "true";

    /// <summary>A whole number; null where it is absent.</summary>
    public long? Number(string name)
    {
        var text = Query[name].FirstOrDefault();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiException.BadRequest($"invalid {name} \"{text}\": must be a whole number");
    }

    /// <summary>The options of a write as a review shows them: never PatchOptions.</summary>
    public JsonObject Options(string operation, JsonObject? given = null)
    {
        var options = new JsonObject { ["kind"] = operation, ["apiVersion"] = "meta.k8s.io/v1" };
        foreach (var (name, value) in given ?? [])
        {
            options.Default(name, value?.DeepClone());
        }

        if (DryRun)
        {
            options["dryRun"] = new JsonArray("All");
        }

        foreach (var name in (ReadOnlySpan<string>)["fieldManager", "fieldValidation"])
        {
            if (Query[name].FirstOrDefault() is { Length: > 0 } value)
            {
                options[name] = value;
            }
        }

        return options;
    }
}
