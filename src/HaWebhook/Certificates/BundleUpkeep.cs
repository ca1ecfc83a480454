using HaWebhook.Kubernetes;

namespace HaWebhook.Certificates;

/// <summary>Keeps the caBundles of our webhooks as the Secret says.</summary>
internal sealed partial class BundleUpkeep(
    WebhookConfigurations webhooks, AuthorityStore store, AuthorityMemory memory, CertificateOptions options, ClusterClock clock, ILogger logger)
{
    /// <summary>
    /// For how many looks a stranger is borne: minutes, unless lifetimes are of seconds. Another replica, that was cut off or asleep, may show a
    /// certificate of it and has the time to say so in the Secret.
    /// </summary>
    private const int Patience = 40;

    /// <summary>
    /// How many looks in a row may find a configuration other than it was left before that is called a dispute: changes of the Secret and other
    /// replicas take one or two. From then on it is written at every such number of looks only: a write each time would load the API server and mend nothing.
    /// </summary>
    private const int Usual = 5;

    private readonly Dictionary<string, int> _writes = [];

    /// <summary>
    /// Puts the bundle into our webhooks where it is not. What is missing, empty or garbage comes right at once. What is too much goes later, and only
    /// where the Secret is still as it was read; what has ended goes at once.
    /// </summary>
    /// <param name="configurations">The configurations, read before the Secret.</param>
    /// <param name="bundle">Whom they are to trust.</param>
    /// <param name="secret">The Secret, as it was read or written.</param>
    /// <param name="problems">Gets a line for each configuration that must not be written; the others are all the same.</param>
    /// <param name="cancellation">Ends it, with an exception.</param>
    /// <returns>The configurations as they are then.</returns>
    public async Task<IReadOnlyList<WebhookConfiguration>> InjectAsync(
        IReadOnlyList<WebhookConfiguration> configurations, CertificateBundle bundle, AuthoritySecret secret, List<string> problems, CancellationToken cancellation)
    {
        var strangers = configurations.SelectMany(configuration => configuration.Webhooks)
            .Aggregate(CertificateBundle.Empty, (all, webhook) => webhook.Bundle is null ? all : all.With(webhook.Bundle))
            .Where(certificate => !bundle.Contains(certificate));
        memory.Strangers.Saw(strangers);
        var now = clock.Now;
        var borne = strangers.Where(certificate =>
            now.Earlier < certificate.NotAfter.ToUniversalTime() + options.Skew && !memory.Strangers.HasSeenFor(certificate, options.LookInterval * Patience));
        var found = new List<WebhookConfiguration>();
        foreach (var configuration in configurations)
        {
            var wanted = bundle.With(borne.Where(configuration.Mentions));
            if (configuration.WouldLose(wanted) && (await store.ReadAsync(cancellation)).ResourceVersion != secret.ResourceVersion)
            {
                // Somebody has just written: perhaps that a stranger is none. The next look knows.
                wanted = bundle.With(strangers.Where(configuration.Mentions));
            }

            if (configuration.Holds(wanted))
            {
                _writes.Remove(configuration.Kind);
                found.Add(configuration);
                continue;
            }

            var writes = _writes.GetValueOrDefault(configuration.Kind);
            if (writes >= Usual)
            {
                problems.Add($"somebody else writes the caBundle of the {configuration.Kind} {configuration.Name} too and takes it back each time; its managedFields say who: "
                    + "let HaWebhook alone write it, and leave the field out of manifests");
                if (writes % Usual > 0)
                {
                    _writes[configuration.Kind] = writes + 1;
                    found.Add(configuration);
                    continue;
                }
            }

            try
            {
                found.Add(await webhooks.ApplyAsync(configuration, wanted, cancellation));
                _writes[configuration.Kind] = writes + 1;
                Log.Injected(logger, configuration.Kind, configuration.Name, string.Join(", ", wanted.Certificates.Select(CertificateAuthority.NameOf)));
            }
            catch (Exception exception) when (exception is CertificateException or KubernetesApiException { Code: not 409 })
            {
                found.Add(configuration);
                problems.Add(exception.Message);
            }
        }

        return found;
    }

    private static partial class Log
    {
        [LoggerMessage(93, LogLevel.Information, "the caBundle of the {Kind} {Name} was not as it has to be; it is now: {Authorities}")]
        public static partial void Injected(ILogger logger, string kind, string name, string authorities);
    }
}
