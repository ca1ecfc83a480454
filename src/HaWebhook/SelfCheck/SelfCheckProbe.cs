using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.Certificates;
using HaWebhook.Cluster;
using HaWebhook.Kubernetes;

namespace HaWebhook.SelfCheck;

/// <summary>
/// Writes our Lease as a dry run and looks whether our warning comes back, which proves that the API server finds the Service, reaches a replica, trusts
/// its certificate and is answered. Whether it would trust this replica's too, and where nothing comes back the reason, is seen in the way in which the
/// webhooks are registered.
/// </summary>
internal sealed class SelfCheckProbe(
    KubernetesClient client, ServiceIdentity identity, WebhookConfigurations webhooks, IServingCertificate certificate, IClusterKnowledge cluster, TimeProvider clock)
{
    private const string FieldManager = "ha-webhook-self-check";

    private static readonly ResourceType _leases = new("coordination.k8s.io", "v1", "leases");

    /// <summary>The longest time that a check may take: more than API servers wait for a webhook, so that theirs is the reason that is told.</summary>
    private static readonly TimeSpan _longestCheck = TimeSpan.FromSeconds(40);

    /// <summary>Checks once.</summary>
    /// <param name="cancellation">Ends the check, with an exception.</param>
    public async Task<SelfCheckResult> CheckAsync(CancellationToken cancellation)
    {
        using var time = new CancellationTokenSource(_longestCheck, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellation);
        try
        {
            return await CheckWithoutLimitAsync(either.Token);
        }
        catch (KubernetesApiException exception)
        {
            var name = exception.Code switch
            {
                401 or 403 => SelfCheckResult.Forbidden,
                429 or >= 500 => SelfCheckResult.Unreachable,
                _ => SelfCheckResult.Refused,
            };
            return new(name, exception.Message);
        }
        catch (Exception exception)
            when (exception is HttpRequestException or IOException or TimeoutException or InvalidDataException or KubernetesConfigurationException)
        {
            return new(SelfCheckResult.Unreachable, exception.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(SelfCheckResult.Unreachable, $"the API server did not answer within {_longestCheck.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            return new(SelfCheckResult.Failed, exception.Message);
        }
    }

    private async Task<SelfCheckResult> CheckWithoutLimitAsync(CancellationToken cancellation)
    {
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var warnings = new List<string>();
        await client.ApplyAsync(
            _leases, identity.Namespace, SelfCheckWebhook.LeaseOf(identity), Lease(token), FieldManager, cancellation, force: true, dryRun: true, warned: warnings.Add);
        var validating = await GetAsync(WebhookConfigurations.Validating, cancellation);
        if (warnings.Contains(SelfCheckWebhook.Warning(identity, token)))
        {
            // A configuration that is deleted in this moment is told the next time.
            var problem = validating is null ? null : Inspection().ProblemOf(validating, await GetAsync(WebhookConfigurations.Mutating, cancellation));
            return problem ?? SelfCheckResult.Good;
        }

        return warnings.Exists(warning => warning.StartsWith(SelfCheckWebhook.WarningPrefix, StringComparison.Ordinal))
            ? new(
                SelfCheckResult.ForeignAnswer,
                $"webhook {SelfCheckWebhook.Name} was answered, but not for Service {identity.Namespace}/{identity.Service} and this check: "
                + "another installation answers in its place, or something in between keeps answers")
            : Inspection().Explain(validating);
    }

    private RegistrationInspection Inspection() => new(
        identity,
        certificate.Current is { } served ? new ServedCertificate(served, identity.DnsName, client.ServerTime ?? clock.GetUtcNow()) : null,
        cluster.Around(identity.Namespace).NamespaceLabels);

    private byte[] Lease(string token)
    {
        var label = SelfCheckWebhook.LabelOf(identity);
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject
            {
                ["name"] = SelfCheckWebhook.LeaseOf(identity),
                ["namespace"] = identity.Namespace,
                ["labels"] = new JsonObject { [label.Key] = label.Value },
                ["annotations"] = new JsonObject { [SelfCheckWebhook.TokenAnnotation] = token },
            },
            ["spec"] = new JsonObject(),
        }.ToJsonString());
    }

    /// <summary>One of our configurations; null where it is not there.</summary>
    private async Task<WebhookRegistration?> GetAsync(string kind, CancellationToken cancellation)
    {
        try
        {
            return await webhooks.GetAsync(kind, cancellation) is { } json ? JsonSerializer.Deserialize(json.Span, RegistrationJson.Default.WebhookRegistration) : null;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"the {kind} {identity.Configuration} makes no sense: {exception.Message}", exception);
        }
    }
}
