using HaWebhook.Kubernetes;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Cluster;

/// <summary>
/// Looks at the API server itself before a review is denied. The caches lag behind: whoever applies a Deployment and its autoscaler in one go has
/// created the autoscaler a moment ago.
/// </summary>
internal sealed partial class LiveLook : IDisposable
{
    /// <summary>Why there was no look.</summary>
    private static readonly string _skipped = $"the API server did not answer in time and is not asked for {LookPause.Length.TotalSeconds:0} s";

    private static readonly string _skippedNamespace =
        $"the API server could not be asked for the labels of a namespace and is not asked for {LookPause.Length.TotalSeconds:0} s";

    /// <summary>
    /// What is listed anew before a denial: what is applied in one go with a workload, and lifts what it is denied for. A new claim lifts nothing, and the workloads of a
    /// namespace are too many.
    /// </summary>
    private const RelatedKinds Listed = RelatedKinds.Autoscalers | RelatedKinds.DisruptionBudgets;

    /// <summary>So many looks at a time: a storm of denials must not become one of lists.</summary>
    private const int MostAtOnce = 16;

    /// <summary>How long a look that several wait for may take. Each of them waits no longer than its own call allows.</summary>
    private static readonly TimeSpan _longestLook = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The API server that does not answer a look in this time is slow: a healthy one takes milliseconds. A look that was given less time, because the call had less, says
    /// nothing about it.
    /// </summary>
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(500);

    /// <summary>A look for a namespace takes at most half of what its call has: of so much, enough is left for the second after which the call is made once more.</summary>
    private static readonly TimeSpan _timeForAnother = TimeSpan.FromSeconds(1.5);

    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private readonly KubernetesClient _client;
    private readonly ClusterCaches _caches;
    private readonly ObjectReduction _reduction;
    private readonly ClusterMetrics _metrics;
    private readonly ILogger<LiveLook> _logger;
    private readonly LogPace _failures;
    private readonly LookPause _pause;
    private readonly LookPause _auditPause;
    private readonly LookPause _namespacePause;
    private readonly SharedLooks<AutoscalerIndex> _autoscalers;
    private readonly SharedLooks<DisruptionBudgetIndex> _budgets;
    private readonly SharedLooks<Func<string, bool>> _groups;
    private readonly SharedLooks<KubernetesObject?> _namespaces;

    public LiveLook(KubernetesClient client, ClusterCaches caches, ObjectReduction reduction, ClusterMetrics metrics, TimeProvider clock, ILogger<LiveLook> logger)
    {
        (_client, _caches, _reduction, _metrics, _logger) = (client, caches, reduction, metrics, logger);
        (_failures, _pause, _auditPause, _namespacePause) = (new LogPace(clock), new LookPause(clock), new LookPause(clock), new LookPause(clock));
        _autoscalers = new(namespaceName => InTurnAsync(cancellation => AutoscalersAsync(namespaceName, cancellation)));
        _budgets = new(namespaceName => InTurnAsync(cancellation => BudgetsAsync(namespaceName, cancellation)));
        _groups = new(_ => InTurnAsync(caches.DiscoverAsync));
        _namespaces = new(name => InTurnAsync(cancellation => TargetAsync(ClusterKind.Namespaces, null, name, cancellation)));
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>What is known with the labels of a namespace that is too new to be known; no task where it is known, or nothing hangs on it.</summary>
    public Task<Surroundings>? LookAround(Review review, RelatedObjects known, TimeSpan budget) =>
        known.NamespaceLabels.Count == 0 && review is { Namespace.Length: > 0, Subject: not null and not NamespaceObject } && _caches.IsSynced(ClusterKind.Namespaces)
            ? LookAroundAsync(review, known, budget)
            : null;

    /// <summary>
    /// Without its namespace's labels a review cannot be judged: they may switch enforcement on as well as off. Where the API server cannot be asked, the review is
    /// sent back once, for it may come to a replica that can ask. For the time of the pause whatever it is denied for then is a rule that has failed: who cannot ask
    /// for long must not keep new namespaces from being used.
    /// </summary>
    private async Task<Surroundings> LookAroundAsync(Review review, RelatedObjects known, TimeSpan budget)
    {
        if (!_namespacePause.TryPass())
        {
            Fail(review, "skipped", _skippedNamespace);
            return new(known, new TimeoutException(_skippedNamespace));
        }

        try
        {
            var found = await _namespaces.AskAsync(review.Namespace).WaitAsync(budget);
            Succeed(_namespacePause);
            return new(found is null ? known : known with { NamespaceLabels = found.Metadata.Labels });
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(review, "failed", Reason(exception));

            // What it refuses to tell, and a name that can be none, is the same for whoever asks again. A call without time for that says nothing about the API server.
            if (IsAnswer(exception) || budget < _timeForAnother)
            {
                return new(known, exception);
            }

            _namespacePause.Begin();
            throw new NotKnownYetException("the API server could not be asked for the labels of the namespace; send it again in a second", exception);
        }
    }

    private static bool IsAnswer(Exception exception) => exception is ArgumentException or KubernetesApiException { Code: >= 400 and < 500 and not 429 };

    /// <summary>The verdict by what is seen now; no task where a look can change nothing.</summary>
    public Task<Verdict>? Reconsider(PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, TimeSpan budget)
    {
        var liftable = review.Subject is Workload or Scale or PodDisruptionBudget ? LookedAtByDenials(verdict) & Listed : RelatedKinds.None;
        var isOwnerUnknown = review.Subject?.Metadata.Controller is { IsBuiltIn: false } owner
            && known.ServesGroup?.Invoke(KubernetesObject.GroupOf(owner.ApiVersion)) == false
            && verdict.Findings.Any(IsDenial);
        return liftable != RelatedKinds.None || isOwnerUnknown || (review.Subject is Autoscaler && verdict.Findings.Any(IsDenial))
            ? ReconsiderAsync(evaluator, review, verdict, known, liftable, isOwnerUnknown, budget)
            : null;
    }

    private async Task<Verdict> ReconsiderAsync(
        PolicyEvaluator evaluator, Review review, Verdict verdict, RelatedObjects known, RelatedKinds liftable, bool isOwnerUnknown, TimeSpan budget)
    {
        // Where nothing is denied, nobody has to wait long to learn that nothing would be.
        var isAudit = verdict.Mode == Mode.Audit;
        var pause = isAudit ? _auditPause : _pause;
        budget = isAudit && budget > _slow ? _slow : budget;
        if (!pause.TryPass())
        {
            var skipped = new TimeoutException(_skipped);
            Fail(review, "skipped", skipped.Message);
            return Without(verdict, known, liftable, skipped);
        }

        var seen = known;
        using var time = new CancellationTokenSource(budget);
        try
        {
            if (isOwnerUnknown)
            {
                seen = seen with { ServesGroup = await _groups.AskAsync("").WaitAsync(time.Token) };
            }

            if (liftable.HasFlag(RelatedKinds.Autoscalers))
            {
                seen = seen with { Autoscalers = await _autoscalers.AskAsync(review.Namespace).WaitAsync(time.Token) };
            }

            if (liftable.HasFlag(RelatedKinds.DisruptionBudgets))
            {
                seen = seen with { DisruptionBudgets = await _budgets.AskAsync(review.Namespace).WaitAsync(time.Token) };
            }

            if (TargetOf(review) is var (kind, name))
            {
                var looked = InTurnAsync(cancellation => TargetAsync(kind, review.Namespace, name, cancellation));
                seen = seen with { Target = await looked.WaitAsync(time.Token) };
            }

            Succeed(pause);
            return evaluator.Validate(review, seen);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(review, exception, pause, budget);

            // What was seen before it failed may have lifted the denial.
            return Without(ReferenceEquals(seen, known) ? verdict : evaluator.Validate(review, seen), seen, liftable, exception);
        }
    }

    /// <summary>What is known stands, though it may be old. Where nothing is known, a failed look is a failure and not "there is no autoscaler".</summary>
    private static Verdict Without(Verdict verdict, RelatedObjects known, RelatedKinds liftable, Exception exception)
    {
        var missing = liftable & ~known.Loaded;
        return missing == RelatedKinds.None ? verdict : verdict.Failing(finding => IsDenial(finding) && (LookedAtBy(finding) & missing) != 0, exception);
    }

    private void Succeed(LookPause pause)
    {
        _metrics.Looked("answered");
        pause.End();
    }

    private void Fail(Review review, Exception exception, LookPause pause, TimeSpan budget)
    {
        var isLate = IsLate(exception);
        if (isLate && budget >= _slow)
        {
            pause.Begin();
        }
        else if (!isLate)
        {
            pause.End();
        }

        Fail(review, "failed", Reason(exception));
    }

    private static bool IsLate(Exception exception) => exception is OperationCanceledException or TimeoutException;

    private static string Reason(Exception exception) => IsLate(exception) ? "the API server did not answer in time" : exception.Message;

    /// <summary>Counts a look that failed or was not even tried, and tells it now and then: there may be as many as there are reviews.</summary>
    private void Fail(Review review, string result, string reason)
    {
        _metrics.Looked(result);
        if (_failures.IsDue(out var others))
        {
            Log.Failed(_logger, SingleLine.InLog(review.Uid), others, SingleLine.Of(reason));
        }
    }

    private async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> look)
    {
        using var time = new CancellationTokenSource(_longestLook);
        await _turns.WaitAsync(time.Token);
        try
        {
            return await look(time.Token);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<AutoscalerIndex> AutoscalersAsync(string namespaceName, CancellationToken cancellation)
    {
        var autoscalers = await ListAsync<Autoscaler>(ClusterKind.HorizontalPodAutoscalers, namespaceName, cancellation);
        if (_caches.IsServed(ClusterKind.ScaledObjects))
        {
            autoscalers.AddRange(await ListAsync<Autoscaler>(ClusterKind.ScaledObjects, namespaceName, cancellation));
        }

        return new AutoscalerIndex(autoscalers);
    }

    private async Task<DisruptionBudgetIndex> BudgetsAsync(string namespaceName, CancellationToken cancellation) =>
        new(await ListAsync<PodDisruptionBudget>(ClusterKind.PodDisruptionBudgets, namespaceName, cancellation));

    private async Task<List<T>> ListAsync<T>(ClusterKind kind, string namespaceName, CancellationToken cancellation)
        where T : KubernetesObject
    {
        var list = await _client.ListAsync(kind.Resource, namespaceName, json => _reduction.Read(kind, json), cancellation);
        return [.. list.Items.OfType<T>()];
    }

    /// <summary>What a scale or an autoscaler is about; null where its kind is none that can be read.</summary>
    private (ClusterKind Kind, string Name)? TargetOf(Review review)
    {
        var (group, kind, name) = review.Subject switch
        {
            Scale scale => (scale.TargetGroup, scale.TargetKind, review.Name),
            Autoscaler autoscaler => (autoscaler.TargetGroup, autoscaler.TargetKind, autoscaler.TargetName),
            _ => ("", "", ""),
        };
        return name.Length > 0 && _caches.KindOf(group, kind) is { Related: RelatedKinds.Workloads } known ? (known, name) : null;
    }

    /// <summary>The object; null where it is gone.</summary>
    private async Task<KubernetesObject?> TargetAsync(ClusterKind kind, string? namespaceName, string name, CancellationToken cancellation)
    {
        try
        {
            return _reduction.ReadWhole(kind, await _client.GetAsync(kind.Resource, namespaceName, name, cancellation));
        }
        catch (KubernetesApiException exception) when (exception.IsNotFound)
        {
            return null;
        }
    }

    private static bool IsDenial(Finding finding) => finding.Intended == ValidationAction.Deny;

    /// <summary>The related objects that the rules look at which deny.</summary>
    private static RelatedKinds LookedAtByDenials(Verdict verdict)
    {
        var kinds = RelatedKinds.None;
        foreach (var finding in verdict.Findings)
        {
            kinds |= IsDenial(finding) ? LookedAtBy(finding) : RelatedKinds.None;
        }

        return kinds;
    }

    private static RelatedKinds LookedAtBy(Finding finding) =>
        BuiltInRules.Validating.FirstOrDefault(rule => rule.Id == finding.Rule)?.Uses ?? RelatedKinds.None;
}
