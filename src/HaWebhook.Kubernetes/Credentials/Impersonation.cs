namespace HaWebhook.Kubernetes.Credentials;

/// <summary>As whom to act, where that is not who one is.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Uid">The user's uid; null for none.</param>
/// <param name="Groups">The user's groups.</param>
/// <param name="Extra">What else is known of the user.</param>
internal sealed record Impersonation(string User, string? Uid, IReadOnlyList<string> Groups, IReadOnlyList<KeyValuePair<string, string>> Extra)
{
    /// <summary>The headers of a request. Keys may hold what header names may not, and are escaped as in URLs.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers()
    {
        yield return new("Impersonate-User", User);
        if (Uid is not null)
        {
            yield return new("Impersonate-Uid", Uid);
        }

        foreach (var group in Groups)
        {
            yield return new("Impersonate-Group", group);
        }

        foreach (var (key, value) in Extra)
        {
            yield return new("Impersonate-Extra-" + Uri.EscapeDataString(key), value);
        }
    }
}
