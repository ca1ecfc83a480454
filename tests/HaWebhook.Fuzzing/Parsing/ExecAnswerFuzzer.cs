using HaWebhook.Fuzzing.Running;
using HaWebhook.Kubernetes;
using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damaged answers of the commands that print credentials.</summary>
internal sealed class ExecAnswerFuzzer() : DamageFuzzer(_inputs, Inputs.JsonTokens)
{
    private static readonly IReadOnlyList<byte[]> _inputs = Inputs.Bytes(
        """{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"expirationTimestamp":"2026-12-31T10:00:00Z","token":"t"}}""",
        """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{},"status":{"clientCertificateData":"c","clientKeyData":"k"}}""");

    private readonly ExecPlugin _plugin = new("config:1: users[0].user.exec", "client.authentication.k8s.io/v1", "login", [], [], null);

    public static FuzzerKind Kind { get; } = new(
        "exec-answers", "answers of credential commands", "a credential, or refused in a line", Weight: 2, () => new ExecAnswerFuzzer());

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var text = TextOf(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var limit = (1 << 20) + (64L * text.Length);
        try
        {
            _ = _plugin.Read(text);
            return Measured(null, false, before, limit);
        }
        catch (KubernetesConfigurationException exception)
        {
            return Measured(WrongMessage(exception.Message), true, before, limit);
        }
    }
}
