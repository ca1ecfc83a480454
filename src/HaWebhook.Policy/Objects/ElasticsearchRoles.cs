namespace HaWebhook.Policy.Objects;

/// <summary>What nodes of Elasticsearch or OpenSearch are there for.</summary>
/// <param name="IsMasterEligible">Whether they vote.</param>
/// <param name="KeepsData">Whether they lose something with their disk: shards, or the cluster's state.</param>
internal readonly record struct ElasticsearchRoles(bool IsMasterEligible, bool KeepsData)
{
    /// <summary>
    /// The roles by <c>node.roles</c>, or before version 7.9 by <c>node.master</c> and <c>node.data</c>. Absence of all means every role.
    /// </summary>
    /// <param name="roles"><c>node.roles</c>; null where absent.</param>
    /// <param name="master"><c>node.master</c>; null where absent.</param>
    /// <param name="data"><c>node.data</c>; null where absent.</param>
    public static ElasticsearchRoles Of(IReadOnlyCollection<string>? roles, string? master, string? data)
    {
        if (roles is null)
        {
            return new(master != "false", master != "false" || data != "false");
        }

        var isMaster = roles.Contains("master") || roles.Contains("cluster_manager");
        return new(isMaster, isMaster || roles.Any(role => role.StartsWith("data", StringComparison.Ordinal)));
    }
}
