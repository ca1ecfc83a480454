using System.Text;
using HaWebhook.Kubernetes;

namespace HaWebhook.Certificates;

/// <summary>Our two webhook configurations in the cluster.</summary>
internal sealed class WebhookConfigurations(KubernetesClient client, ServiceIdentity identity)
{
    /// <summary>Who owns the caBundles. The chart leaves them out, so that nobody else does.</summary>
    public const string FieldManager = "ha-webhook-certificates";

    /// <summary>The kind of the one that judges.</summary>
    public const string Validating = "ValidatingWebhookConfiguration";

    /// <summary>The kind of the one that fills in.</summary>
    public const string Mutating = "MutatingWebhookConfiguration";

    /// <summary>The one that judges first: without it the other is not enough.</summary>
    private static readonly (string Kind, ResourceType Resource)[] _kinds =
    [
        (Validating, new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", IsNamespaced: false)),
        (Mutating, new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", IsNamespaced: false)),
    ];

    private readonly LastAnswer<WebhookConfiguration>[] _last = [.. _kinds.Select(_ => new LastAnswer<WebhookConfiguration>())];

    /// <summary>Reads them.</summary>
    /// <returns>
    /// Those that can be read and call our Service, and what is wrong with the others, a line for each. Where mutation is switched off there is no
    /// MutatingWebhookConfiguration: beside the other one it is not missed. Complete is what is known of all that are there: none is forbidden to read.
    /// </returns>
    public async Task<(IReadOnlyList<WebhookConfiguration> Found, List<string> Problems, bool IsComplete)> ReadAsync(CancellationToken cancellation)
    {
        var (found, problems, isComplete) = (new List<WebhookConfiguration>(), new List<string>(), true);
        foreach (var ((kind, resource), last) in _kinds.Zip(_last))
        {
            try
            {
                if (await GetAsync(kind, cancellation) is not { } answer)
                {
                    if (kind == Validating || found.Count == 0)
                    {
                        problems.Add($"the {kind} {identity.Configuration} is not there; install the chart, or give its name with --webhook-configuration");
                    }

                    continue;
                }

                var configuration = last.Read(answer, json => WebhookConfiguration.Read(json, kind, identity));
                if (configuration.Webhooks.Count > 0)
                {
                    found.Add(configuration);
                }
                else
                {
                    problems.Add($"no webhook of the {kind} {identity.Configuration} has clientConfig.service {identity.Namespace}/{identity.Service}; "
                        + "give the names with --service and --namespace, or correct the configuration");
                }
            }
            catch (KubernetesApiException exception) when (exception.Code == 403)
            {
                isComplete = false;
                problems.Add(Forbidden(exception, resource).Message);
            }
        }

        return (found, problems, isComplete);
    }

    /// <summary>Puts a bundle into the webhooks of a configuration that has not changed since it was read.</summary>
    /// <returns>The configuration as the API server has stored it.</returns>
    /// <exception cref="KubernetesApiException">It has changed (409), or another refusal.</exception>
    public async Task<WebhookConfiguration> ApplyAsync(WebhookConfiguration configuration, CertificateBundle bundle, CancellationToken cancellation)
    {
        var resource = ResourceOf(configuration.Kind);
        var body = Encoding.UTF8.GetBytes(configuration.Apply(bundle).ToJsonString());
        try
        {
            var answer = await client.ApplyAsync(resource, null, configuration.Name, body, FieldManager, cancellation, force: true);
            return WebhookConfiguration.Read(ApiJson.Read(answer), configuration.Kind, identity);
        }
        catch (KubernetesApiException exception) when (exception.Code == 403)
        {
            throw Forbidden(exception, resource);
        }
    }

    /// <summary>One of them as the API server has it; null where it is not there.</summary>
    /// <exception cref="KubernetesApiException">Another refusal.</exception>
    public async Task<ReadOnlyMemory<byte>?> GetAsync(string kind, CancellationToken cancellation)
    {
        try
        {
            return await client.GetAsync(ResourceOf(kind), null, identity.Configuration, cancellation);
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private static ResourceType ResourceOf(string kind) => _kinds.First(known => known.Kind == kind).Resource;

    private CertificateException Forbidden(KubernetesApiException exception, ResourceType resource) => Refusal.Of(
        exception, $"a ClusterRole that allows get and patch on the {resource.Plural} {identity.Configuration}");
}
