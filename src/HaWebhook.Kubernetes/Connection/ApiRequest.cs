namespace HaWebhook.Kubernetes.Connection;

/// <summary>A request to the API server.</summary>
/// <param name="Verb">What RBAC calls it: get, list, watch, create, update, patch, delete.</param>
/// <param name="Resource">What it is about; null where it is about the server itself.</param>
/// <param name="Address">The path and query below the server's address.</param>
internal sealed record ApiRequest(string Verb, ResourceType? Resource, string Address)
{
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the body is; null for none.</summary>
    public string? ContentType { get; init; }

    /// <summary>Called for each warning of an answer that is no refusal; null for nobody.</summary>
    public Action<string>? Warned { get; init; }

    public HttpMethod Method => Verb switch
    {
        "create" => HttpMethod.Post,
        "update" => HttpMethod.Put,
        "patch" => HttpMethod.Patch,
        "delete" => HttpMethod.Delete,
        _ => HttpMethod.Get,
    };

    /// <summary>What metrics call the resource: one of few.</summary>
    public string ResourceName => Resource?.ToString() ?? "none";

    /// <summary>What errors call it.</summary>
    public override string ToString() => Resource is null ? $"{Verb} /{Address}" : $"{Verb} {Resource}";
}
