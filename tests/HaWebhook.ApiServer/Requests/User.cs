namespace HaWebhook.ApiServer;

/// <summary>Who sends a request.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Groups">The groups, in the order in which webhooks see them.</param>
public sealed record User(string Name, params IReadOnlyList<string> Groups)
{
    /// <summary>The user of the token <c>admin</c>: may do everything.</summary>
    public static User Admin { get; } = new("admin", "system:masters", "system:authenticated");

    /// <summary>The user's id; absent in reviews where null.</summary>
    public string? Uid { get; init; }

    /// <summary>A service account, with the groups that the API server gives it.</summary>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public static User ServiceAccount(string @namespace, string name)
        => new($"system:serviceaccount:{@namespace}:{name}",
            "system:serviceaccounts", $"system:serviceaccounts:{@namespace}", "system:authenticated");
}
