using System.Globalization;
using HaWebhook.Certificates;
using HaWebhook.Cluster;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.DefaultBudgets;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Survivability;

namespace HaWebhook.Auditing.Background.Budgets;

/// <summary>
/// Keeps default disruption budgets in the cluster: makes those that an audit finds missing, and removes those that are of no use any more. Where an audit
/// finds nothing to do it asks nothing of the API server.
/// </summary>
internal sealed partial class DefaultBudgetWriter(
    PatientClient client, ServiceIdentity identity, AuditMetrics metrics, TimeProvider clock, ILogger<DefaultBudgetWriter> logger)
{
    /// <summary>The most that is written after one run. The rest is found unwritten by the next.</summary>
    private const int MostWrites = 1000;

    /// <summary>The most that is named in a line of the log.</summary>
    private const int MostNamed = 10;

    private const string FieldManager = "ha-webhook-default-budgets";

    private string _lastError = "";
    private string _lastHeldBack = "";
    private int _lastUndecided;

    /// <summary>This replica has begun to lead: what it said is of no use any more.</summary>
    public void Begin() => (_lastError, _lastHeldBack, _lastUndecided) = ("", "", 0);

    /// <summary>Plans by a policy.</summary>
    public BudgetPlanner PlannerOf(PolicyOptions policy) => new(policy, identity.Service, identity.Namespace, clock);

    /// <summary>Brings the budgets in line with an audit.</summary>
    /// <param name="planned">What it planned, by namespace.</param>
    /// <param name="planner">Plans again with what is there right before something is written.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task WriteAsync(IReadOnlyList<(BudgetScene Scene, BudgetPlan Plan)> planned, BudgetPlanner planner, CancellationToken cancellation)
    {
        var pass = new WritePass(metrics, "budget", MostWrites, cancellation);
        var round = new Round(pass);
        var error = "";
        foreach (var (scene, plan) in planned)
        {
            if (plan.IsDone || plan.Mode == Mode.Audit || error.Length > 0 || pass.IsOver)
            {
                round.Leave(scene.Namespace, plan);
                continue;
            }

            try
            {
                await WriteAsync(scene, planner, round, cancellation);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !cancellation.IsCancellationRequested)
            {
                round.Leave(scene.Namespace, plan);
                error = SingleLine.InLog(exception.Message);
            }
        }

        metrics.Counted(round.Counts);
        Complain(pass.FirstError.Length > 0 ? pass.FirstError : error);
        TellHeldBack(planned, round);
        TellUndecided(planned.Count(each => each.Plan.IsUndecided));
        if (round.Made + round.Removed > 0)
        {
            Log.Written(logger, round.Made, round.Removed, pass.Failed, Named(round.Done));
        }
    }

    /// <summary>Looks again, for an audit of a large cluster takes minutes in which authors bring budgets of their own, and writes.</summary>
    private async Task WriteAsync(BudgetScene scene, BudgetPlanner planner, Round round, CancellationToken cancellation)
    {
        var (kind, name) = (ClusterKind.PodDisruptionBudgets, scene.Namespace);
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        var list = await client.Api.ListAsync(
            kind.Resource,
            name,
            json =>
            {
                var budget = (PodDisruptionBudget)ClusterReader.Keep(planner.Reader.ReadObject(json, kind.ApiVersion, kind.Kind)!);
                states[budget.Metadata.Name] = BudgetManifest.StateOf(json);
                return budget;
            },
            cancellation);
        var plan = planner.Plan(scene with { Related = scene.Related with { DisruptionBudgets = new(list.Items) } });
        var (made, removed) = (0, 0);
        foreach (var (budget, why) in plan.Obsolete)
        {
            var metadata = budget.Metadata;
            if (await round.Pass.TryAsync(name, () => client.Api.DeleteAsync(
                kind.Resource, name, metadata.Name, cancellation, metadata.Uid, states[metadata.Name])))
            {
                removed++;
                metrics.Wrote("budget", "success");
                round.Done.Add($"{metadata.Name} in {name} removed, because {why}");
            }
        }

        // Where an old one could not be removed a new one beside it might be the second over a pod.
        foreach (var budget in removed == plan.Obsolete.Count ? plan.Missing : [])
        {
            // Not by force: what somebody has made under its name since the look is theirs.
            if (await round.Pass.TryAsync(name, () => client.Api.ApplyAsync(
                kind.Resource, name, budget.Name, BudgetManifest.Of(budget, name, identity.Service), FieldManager, cancellation)))
            {
                made++;
                metrics.Wrote("budget", "success");
                round.Done.Add($"{budget.Name} in {name} made for {budget.Owner.Kind} {budget.Owner.Metadata.Name}");
            }
        }

        round.Wrote(plan, made, removed);
    }

    /// <summary>Says what goes wrong, once for as long as it does.</summary>
    private void Complain(string error)
    {
        if (error.Length > 0 && error != _lastError)
        {
            Log.Failed(logger, error);
        }

        _lastError = error;
    }

    /// <summary>Says what the mode Audit keeps back, when that has changed.</summary>
    private void TellHeldBack(IReadOnlyList<(BudgetScene Scene, BudgetPlan Plan)> planned, Round round)
    {
        var named = Named(round.HeldBack);
        if (named.Length > 0 && named != _lastHeldBack)
        {
            var plans = planned.Select(each => each.Plan).Where(plan => plan.Mode == Mode.Audit).ToList();
            Log.HeldBack(logger, plans.Sum(plan => plan.Missing.Count), plans.Sum(plan => plan.Obsolete.Count), named);
        }

        _lastHeldBack = named;
    }

    private void TellUndecided(int namespaces)
    {
        if (namespaces > 0 && namespaces != _lastUndecided)
        {
            Log.Undecided(logger, namespaces);
        }

        _lastUndecided = namespaces;
    }

    private static string Named(List<string> all) => SingleLine.Of(
        string.Join("; ", all.Take(MostNamed)) + (all.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {all.Count - MostNamed} more") : ""), 4000);

    /// <summary>What comes of one run.</summary>
    private sealed class Round(WritePass pass)
    {
        public WritePass Pass { get; } = pass;

        public List<string> Done { get; } = [];

        public List<string> HeldBack { get; } = [];

        public BudgetCounts Counts { get; private set; } = BudgetCounts.None;

        public int Made { get; private set; }

        public int Removed { get; private set; }

        /// <summary>Nothing is written of a plan.</summary>
        public void Leave(string namespaceName, BudgetPlan plan)
        {
            Wrote(plan, 0, 0);
            if (plan.Mode == Mode.Audit)
            {
                HeldBack.AddRange(plan.Missing.Select(each => $"one for {each.Owner.Kind} {each.Owner.Metadata.Name} in {namespaceName}"));
                HeldBack.AddRange(plan.Obsolete.Select(each => $"{each.Budget.Metadata.Name} in {namespaceName} is of no use, because {each.Why}"));
            }
        }

        /// <summary>So much is written of a plan.</summary>
        public void Wrote(BudgetPlan plan, int made, int removed)
        {
            Counts += new BudgetCounts(plan.Kept + made, plan.Missing.Count - made, plan.Obsolete.Count - removed);
            Made += made;
            Removed += removed;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(119, LogLevel.Information, "default disruption budgets: {Made} made, {Removed} removed, {Failed} failed: {What}")]
        public static partial void Written(ILogger logger, int made, int removed, int failed, string what);

        [LoggerMessage(120, LogLevel.Information, "default disruption budgets that the mode Audit keeps back: {Missing} to be made, {Obsolete} to be removed: {What}")]
        public static partial void HeldBack(ILogger logger, int missing, int obsolete, string what);

        [LoggerMessage(121, LogLevel.Warning, "the default disruption budgets cannot be written, which is tried again after the next run: {Error}")]
        public static partial void Failed(ILogger logger, string error);

        [LoggerMessage(122, LogLevel.Warning, "default disruption budgets stay as they are in so many namespaces, of whose labels, workloads, autoscalers and budgets not all are known: {Count}")]
        public static partial void Undecided(ILogger logger, int count);
    }
}
