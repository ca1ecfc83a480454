namespace HaWebhook.Kubernetes.Credentials;

/// <summary>Where credentials come from.</summary>
internal interface ICredentials
{
    /// <summary>The credential of now.</summary>
    /// <exception cref="KubernetesConfigurationException">There is none.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancellation);

    /// <summary>The server answered 401 to it: the next one is made anew.</summary>
    void Refuse(Credential credential);
}
