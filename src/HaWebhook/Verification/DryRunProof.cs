using System.Text.Json;
using System.Text.Json.Nodes;
using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;

namespace HaWebhook.Verification;

/// <summary>
/// Proves that the API server asks: a good Deployment and a bad one are written in dry runs, and what comes back has to be what the mode says. Nothing is stored.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="namespaceName">A namespace that is judged.</param>
/// <param name="mode">The mode that holds there.</param>
/// <param name="judged">Counts what an audit mode does not tell; null where there are no metrics to ask.</param>
internal sealed class DryRunProof(KubernetesClient client, string namespaceName, Mode mode, JudgedReviews? judged)
{
    private const string FieldManager = "ha-webhook-verify";
    private const string Rule = "minimum-replicas";

    /// <summary>What begins a denial by our webhook, and by nothing else (apiserver, admission webhook errors).</summary>
    private const string Denial = "admission webhook \"validate.ha-webhook.io\" denied the request";

    private static readonly ResourceType _deployments = new("apps", "v1", "deployments");

    /// <summary>Tries once.</summary>
    /// <returns>Whether all is as it should be, and what was seen.</returns>
    public async Task<(bool IsProven, IReadOnlyList<string> Seen)> TryAsync(CancellationToken cancellation)
    {
        var good = await ApplyAsync("ha-webhook-verify-good", 2, cancellation);
        if (good.Refusal is { } refusal)
        {
            return (false, [$"a Deployment with 2 replicas: refused, and should have passed: {refusal}"]);
        }

        var before = mode == Mode.Audit && judged is not null ? await judged.CountAsync(cancellation) : 0;
        var bad = await ApplyAsync("ha-webhook-verify-bad", 1, cancellation);
        var after = mode == Mode.Audit && judged is not null ? await judged.CountAsync(cancellation) : 0;
        var (isProven, line) = Judge(bad, after - before);
        return (isProven, ["a Deployment with 2 replicas: passed", $"a Deployment with 1 replica: {line}"]);
    }

    private (bool IsProven, string Line) Judge((string? Refusal, IReadOnlyList<string> Warnings) bad, long counted)
    {
        if (bad.Refusal is { } refusal)
        {
            // A fallback policy or somebody else may refuse as well: that proves nothing.
            return refusal.Contains(Denial, StringComparison.Ordinal) && refusal.Contains(Rule, StringComparison.Ordinal)
                ? (true, mode == Mode.Enforce ? "refused" : $"refused: namespace {namespaceName} is stricter than {mode}")
                : (false, $"refused, but not by HaWebhook: {refusal}");
        }

        if (bad.Warnings.Any(warning => warning.StartsWith(Rule + ":", StringComparison.Ordinal)))
        {
            return mode == Mode.Enforce
                ? (false, $"warned about, and should have been refused: a label, an override or the rule's action is laxer than Enforce in namespace {namespaceName}")
                : (true, mode == Mode.Warn ? "warned about" : $"warned about: namespace {namespaceName} is stricter than {mode}");
        }

        return mode == Mode.Audit
            ? judged is null
                ? (false, "passed, as it has to in Audit; whether it was judged is told by the metrics alone: give --metrics URL")
                : counted > 0
                ? (true, "passed, and recorded as one that would be refused")
                : (false, $"passed, and no replica has recorded it: the API server does not ask, or does not judge namespace {namespaceName}")
            : (false, $"passed, and should have been {(mode == Mode.Warn ? "warned about" : "refused")}: "
                + $"the API server does not ask, or namespace {namespaceName} is exempt");
    }

    private async Task<(string? Refusal, IReadOnlyList<string> Warnings)> ApplyAsync(string name, int replicas, CancellationToken cancellation)
    {
        var warnings = new List<string>();
        try
        {
            await client.ApplyAsync(
                _deployments, namespaceName, name, Deployment(name, replicas), FieldManager, cancellation, force: true, dryRun: true, warned: warnings.Add);
            return (null, warnings);
        }
        catch (KubernetesApiException exception) when (exception.Message.Contains(" webhook \"", StringComparison.Ordinal)
            || exception.Message.Contains("ValidatingAdmissionPolicy", StringComparison.Ordinal))
        {
            return (exception.Message, warnings);
        }
    }

    /// <summary>A Deployment that keeps the rules, but for its number of replicas. It satisfies the restricted pod security standard too.</summary>
    private byte[] Deployment(string name, int replicas) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = namespaceName },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app.kubernetes.io/name"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = name } },
                ["spec"] = new JsonObject
                {
                    ["securityContext"] = new JsonObject { ["runAsNonRoot"] = true, ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" } },
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "verify",
                        ["image"] = "registry.k8s.io/pause:3.10",
                        ["resources"] = new JsonObject
                        {
                            ["requests"] = new JsonObject { ["cpu"] = "1m", ["memory"] = "8Mi" },
                            ["limits"] = new JsonObject { ["cpu"] = "1m", ["memory"] = "8Mi" },
                        },
                        ["securityContext"] = new JsonObject
                        {
                            ["allowPrivilegeEscalation"] = false,
                            ["readOnlyRootFilesystem"] = true,
                            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                        },
                    }),
                },
            },
        },
    });
}
