using System.Globalization;
using HaWebhook.Kubernetes.Json;

namespace HaWebhook.Kubernetes;

/// <content>What the server is, and what it serves.</content>
public sealed partial class KubernetesClient
{
    /// <summary>Whether the server knows a kind by this group, version and plural name.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<bool> IsServedAsync(ResourceType resource, CancellationToken cancellation)
    {
        try
        {
            var answer = await SendAsync(new("get", null, resource.GroupVersionPath), cancellation);
            return Read(answer, WireJson.Default.ResourceNames, "discovery").Resources?.Exists(served => served.Name == resource.Plural) == true;
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>The API groups that the server serves, each with the version that it prefers. The core group is not among them.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<IReadOnlyDictionary<string, string>> GetGroupsAsync(CancellationToken cancellation)
    {
        var answer = Read(await SendAsync(new("get", null, "apis"), cancellation), WireJson.Default.GroupList, "discovery");
        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in answer.Groups ?? [])
        {
            if (group is { Name: { } name, PreferredVersion.Version: { } version })
            {
                groups[name] = version;
            }
        }

        return groups;
    }

    /// <summary>Which Kubernetes the server is.</summary>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task<ServerVersion> GetVersionAsync(CancellationToken cancellation)
    {
        var answer = Read(await SendAsync(new("get", null, "version"), cancellation), WireJson.Default.VersionAnswer, "version");
        return new(Number(answer.Major), Number(answer.Minor), answer.GitVersion ?? "");

        // Some clouds write 31+ for what they changed.
        static int Number(string? text) => int.TryParse(text?.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"/version says '{ApiErrors.Printable(text)}' where a number must be");
    }
}
