namespace HaWebhook.Kubernetes.Leases;

/// <summary>Which lease to hold, and how. The times are those of Kubernetes' own controllers.</summary>
/// <param name="Namespace">The lease's namespace.</param>
/// <param name="Name">The lease's name: one for each piece of work.</param>
/// <param name="Identity">Who this is, such as the pod's name: no two may be the same.</param>
public sealed record LeaseElectorOptions(string Namespace, string Name, string Identity)
{
    /// <summary>How long others wait for a sign of life before they take over, in whole seconds. The default is 15 seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the work goes on without a successful renewal; shorter than <see cref="LeaseDuration"/>. The default is 10 seconds.
    /// </summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time between two tries, to take the lease or to renew it; shorter than <see cref="RenewDeadline"/>. The default is 2 seconds.
    /// </summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
