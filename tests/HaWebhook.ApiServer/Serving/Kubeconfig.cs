using System.Text;

namespace HaWebhook.ApiServer.Serving;

/// <summary>A kubeconfig with one cluster, one user and one context.</summary>
internal static class Kubeconfig
{
    public static string Text(Uri url, string authorityPem, string token, string @namespace) => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: double
          cluster:
            server: {url.AbsoluteUri.TrimEnd('/')}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem))}
        users:
        - name: user
          user:
            token: {token}
        contexts:
        - name: double
          context:
            cluster: double
            user: user
            namespace: {@namespace}
        current-context: double

        """;
}
