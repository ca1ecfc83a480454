using HaWebhook.Fuzzing.Running;
using HaWebhook.Kubernetes;
using HaWebhook.Kubernetes.Credentials;

namespace HaWebhook.Fuzzing.Parsing;

/// <summary>Damaged kubeconfigs.</summary>
internal sealed class KubeConfigFuzzer() : DamageFuzzer(_inputs, Inputs.YamlTokens)
{
    private static readonly IReadOnlyList<byte[]> _inputs = Inputs.Bytes(
        """
        apiVersion: v1
        kind: Config
        current-context: dev
        contexts:
        - name: dev
          context: {cluster: c-dev, user: u-dev, namespace: shop}
        clusters:
        - name: c-dev
          cluster:
            server: https://prod.example/k8s/c-1
            certificate-authority-data: Y2E=
            tls-server-name: kubernetes
            proxy-url: socks5://proxy.example:1080
            disable-compression: true
        users:
        - name: u-dev
          user:
            client-certificate-data: Y2VydA==
            client-key-data: a2V5
            as: jane
            as-uid: "7"
            as-groups: [a, b]
            as-user-extra: {scopes/x: [view, edit]}
        """,
        """
        current-context: exec
        contexts: [{name: exec, context: {cluster: c, user: u}}]
        clusters:
        - name: c
          cluster:
            server: https://prod.example
            extensions:
            - name: client.authentication.k8s.io/exec
              extension: {audience: a, count: 7, list: [1, true, null, x], nested: {a: {b: c}}}
        users:
        - name: u
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: ./login
              args: [a, b]
              env: [{name: A, value: b}]
              installHint: get it
              provideClusterInfo: true
              interactiveMode: Never
        """,
        """{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c","user":"u"}}],"clusters":[{"name":"c","cluster":{"server":"http://a"}}],"users":[{"name":"u","user":{"token":"t"}}]}""",
        """
        current-context: a
        contexts: [{name: a, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://a:6443", insecure-skip-tls-verify: true}}]
        users: [{name: u, user: {username: jane, password: x}}, {name: v, user: {tokenFile: token}}]
        """);

    public static FuzzerKind Kind { get; } = new(
        "kubeconfig", "kubeconfigs", "a connection, or refused in a line", Weight: 2, () => new KubeConfigFuzzer());

    public override FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
    {
        var text = TextOf(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            // A damaged command is a command, and would be run.
            if (ConfigFile.Parse("/nowhere/config", text) is { } file && KubeConfig.Choose([file], null, static _ => null) is { Command: null } context)
            {
                _ = context.Configure();
            }

            return Measured(null, false, before, DocumentCost.LimitOf(text));
        }
        catch (KubernetesConfigurationException exception)
        {
            return Measured(WrongMessage(exception.Message), true, before, DocumentCost.LimitOf(text));
        }
    }
}
