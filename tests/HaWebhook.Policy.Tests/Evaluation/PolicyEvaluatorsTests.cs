using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;
using HaWebhook.Policy.Tests.Configuration;

namespace HaWebhook.Policy.Tests.Evaluation;

/// <summary>What the overrides of a policy make of it in a namespace.</summary>
public class PolicyEvaluatorsTests
{
    private const string Overridden = """
        mode: Enforce
        rules:
          minimum-replicas: {minimum: 4, allowZero: false}
          default-probes: {liveness: Never}
        overrides:
        - {namespaceSelector: {matchLabels: {env: dev}}, mode: Warn}
        - {namespaceSelector: {matchLabels: {env: dev, team: a}}, rules: {minimum-replicas: {minimum: 3, action: Audit}, default-probes: {enabled: false}}}
        - {namespaceSelector: {matchExpressions: [{key: team, operator: Exists}]}, mode: Audit, rules: {minimum-replicas: {minimum: 2}}}
        - {namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [dev, test]}]}, rules: {default-probes: {readiness: false}}}
        """;

    [Theory]
    [InlineData("", "Enforce - 4 False | True True Never")]
    [InlineData("env=test", "Enforce - 4 False | True True Never")]
    [InlineData("env=dev", "Warn - 4 False | True True Never")]
    [InlineData("env=dev,team=a", "Audit Audit 2 False | False True Never")]
    [InlineData("env=dev,team=b", "Audit - 2 False | True True Never")]
    [InlineData("env=test,team=a", "Audit - 2 False | True True Never")]
    [InlineData("env=prod", "Enforce - 4 False | True False Never")]
    [InlineData("name=shop", "Enforce - 4 False | True False Never")]
    public void Overrides_GoOverThePolicyKeyByKeyAndLaterOnesWin(string labels, string expected) =>
        Assert.Equal(expected, Describe(Evaluators(Overridden).For(Labels(labels)).Options));

    [Fact]
    public void Namespace_WhoseLabelsAreNotKnown_HasThePolicyItself()
    {
        var evaluators = Evaluators(Overridden);

        Assert.Same(evaluators.Base, evaluators.For(Labels("")));
        Assert.Same(evaluators.Base, evaluators.For(ReviewJson.OfCreate(ObjectJson.Deployment()).Read(), RelatedObjects.None));
    }

    [Fact]
    public void Evaluator_IsMadeOnceForACombinationAndSharesWhatItReads()
    {
        var evaluators = Evaluators(Overridden);
        var made = new PolicyEvaluator[64];
        Parallel.For(0, made.Length, i => made[i] = evaluators.For(Labels($"env=dev,team=a,number=n{i}")));

        Assert.All(made, evaluator => Assert.Same(made[0], evaluator));
        Assert.Same(evaluators.Reader, made[0].Reader);
        Assert.Equal(evaluators.Options.Hash, made[0].Options.Hash);
        Assert.NotSame(made[0], evaluators.For(Labels("env=dev")));
    }

    [Fact]
    public void WithoutOverrides_NothingIsAllocated()
    {
        var evaluators = Evaluators("mode: Warn");
        var labels = Labels("env=dev,team=a");
        var review = ReviewJson.OfCreate(ObjectJson.Deployment()).Read();
        var related = new RelatedObjects { NamespaceLabels = labels };
        Assert.Same(evaluators.Base, evaluators.For(review, related));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            evaluators.For(review, related);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>As many combinations as labels can make are judged right, though not all of them are kept.</summary>
    [Fact]
    public void CombinationsPastThoseKept_AreRightToo()
    {
        const int overrides = 12;
        var policy = "overrides:\n" + string.Concat(Enumerable.Range(0, overrides).Select(i =>
            $"- {{namespaceSelector: {{matchLabels: {{l{i}: y}}}}, rules: {{minimum-replicas: {{minimum: {i + 3}}}}}}}\n"));
        var evaluators = Evaluators(policy);
        for (var mask = 1; mask < 1 << overrides; mask++)
        {
            var labels = string.Join(',', Enumerable.Range(0, overrides).Where(i => (mask >> i & 1) == 1).Select(i => $"l{i}=y"));
            var last = 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)mask);

            Assert.Equal($"Enforce - {last + 3} True | True True Stateless", Describe(evaluators.For(Labels(labels)).Options));
        }
    }

    /// <summary>Merging all that match is the same as merging them one after the other, whatever they say.</summary>
    [Fact]
    public void Merging_IsTheLastWordOnEachKey()
    {
        var settings = Gen.Elements("{action: Warn}", "{action: Off}", "{minimum: 3}", "{minimum: 5, allowZero: false}", "{action: Audit, fromZero: Warn}", "{}");
        var entry = from mode in Gen.Elements("", "mode: Audit, ", "mode: Warn, ", "mode: Enforce, ")
                    from label in Gen.Elements("a", "b", "c")
                    from rule in settings
                    select (Label: label, Text: $"- {{namespaceSelector: {{matchLabels: {{{label}: y}}}}, {mode}rules: {{minimum-replicas: {rule}}}}}\n", Rule: rule, Mode: mode);
        var property = Prop.ForAll(
            (from entries in entry.ArrayOf(4) from labels in Gen.SubListOf("a", "b", "c") select (entries, labels)).ToArbitrary(),
            given =>
            {
                var evaluators = Evaluators("mode: Warn\nrules: {minimum-replicas: {minimum: 7}}\noverrides:\n" + string.Concat(given.entries.Select(each => each.Text)));
                var matching = given.entries.Where(each => given.labels.Contains(each.Label)).ToList();
                var options = evaluators.For(Labels(string.Join(',', given.labels.Append("z").Select(label => label + "=y")))).Options;

                string Last(string key, string otherwise) => matching
                    .Select(each => (each.Mode + each.Rule).Trim('{', '}').Replace("{", "", StringComparison.Ordinal))
                    .SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries))
                    .Where(pair => pair.StartsWith(key + ": ", StringComparison.Ordinal))
                    .Select(pair => pair[(key.Length + 2)..])
                    .LastOrDefault(otherwise);
                var allowZero = bool.Parse(Last("allowZero", "true"));
                Assert.Equal(
                    $"{Last("mode", "Warn")} {Last("action", "-")} {Last("minimum", "7")} {allowZero} | True True Stateless",
                    Describe(options));
            });
        property.QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Uses_AreThoseOfAnyNamespace()
    {
        const string off = "topology-spread: {action: Off}, rolling-update: {action: Off}, pod-disruption-budget: {action: Off}, "
            + "disruption-budget-settings: {action: Off}, autoscaler-bounds: {action: Off}, quorum: {action: Off}, shared-volumes: {action: Off}";
        var policy = $"rules: {{{off}}}";

        Assert.Equal(RelatedKinds.Autoscalers | RelatedKinds.Claims | RelatedKinds.Workloads, Evaluators(policy).Uses);
        Assert.Equal(
            RelatedKinds.All,
            Evaluators(policy + "\noverrides: [{namespaceSelector: {matchLabels: {a: b}}, rules: {pod-disruption-budget: {action: Warn}}}]").Uses);
    }

    [Theory]
    [InlineData("Any", "Enforce", "env=dev", null, Mode.Warn)]
    [InlineData("Any", "Enforce", "env=dev", "Audit", Mode.Audit)]
    [InlineData("StricterOnly", "Enforce", "env=dev", "Audit", Mode.Warn)]
    [InlineData("StricterOnly", "Enforce", "env=dev", "Enforce", Mode.Enforce)]
    [InlineData("StricterOnly", "Audit", "env=dev", "Audit", Mode.Warn)]
    [InlineData("StricterOnly", "Audit", "env=prod", "Warn", Mode.Warn)]
    [InlineData("Ignore", "Enforce", "env=dev", "Enforce", Mode.Warn)]
    public void ModeLabel_GoesOverTheOverrideAsFarAsItMay(string namespaceModes, string mode, string labels, string? label, Mode inForce)
    {
        var evaluators = Evaluators($"mode: {mode}\nnamespaceModes: {namespaceModes}\noverrides: [{{namespaceSelector: {{matchLabels: {{env: dev}}}}, mode: Warn}}]");
        var related = new RelatedObjects { NamespaceLabels = Labels(label is null ? labels : $"{labels},{HaAnnotations.ModeLabel}={label}") };
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1)).Read();

        Assert.Equal(inForce, evaluators.For(review, related).Validate(review, related).Mode);
    }

    [Fact]
    public void GivenMode_GoesBeforeThoseOfOverrides()
    {
        var options = PolicyReading.Read(Overridden, out _)!.WithMode(Mode.Audit);

        Assert.Equal("Audit Audit 2 False | False True Never", Describe(new PolicyEvaluators(options, FixedClock.Default).For(Labels("env=dev,team=a")).Options));
        Assert.Equal(Mode.Audit, new PolicyEvaluators(options, FixedClock.Default).For(Labels("env=dev")).Options.Mode);
    }

    private static string Describe(PolicyOptions options)
    {
        var (replicas, probes) = (options.SettingsOf("minimum-replicas"), options.SettingsOf("default-probes"));
        return $"{options.Mode} {replicas.Action?.ToString() ?? "-"} {Value(replicas, "minimum-replicas", "minimum")} "
            + $"{Value(replicas, "minimum-replicas", "allowZero")} | {probes.Enabled ?? true} {Value(probes, "default-probes", "readiness")} "
            + Value(probes, "default-probes", "liveness");
    }

    private static object Value(RuleSettings settings, string rule, string parameter)
    {
        var key = BuiltInRules.Find(rule)!.Parameters.Single(key => key.Name == parameter);
        return settings.Values.TryGetValue(key, out var value) ? value : key.DefaultText == "true" ? true : key.DefaultText;
    }

    private static Dictionary<string, string> Labels(string labels) =>
        labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('=')).ToDictionary(label => label[0], label => label[1]);

    private static PolicyEvaluators Evaluators(string policy)
    {
        var options = PolicyReading.Read(policy, out var errors);
        Assert.Empty(errors);
        return new PolicyEvaluators(options!, FixedClock.Default);
    }
}
