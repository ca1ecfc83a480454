using System.Security.Cryptography;
using HaWebhook.Fuzzing.Admission;
using HaWebhook.Fuzzing.Bypass;
using HaWebhook.Fuzzing.Running;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Tests.Fuzzing;

/// <summary>A few thousand cases of every fuzzer. The long run is a command: see docs/security.md.</summary>
public sealed class FuzzingTests
{
    /// <summary>Generous: the machine may be busy, and a test must not hang on its clock.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private static readonly Lazy<IReadOnlyList<ViolatingReview>> _reviews = new(ViolatingReviews.All);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0)]
    public void Nothing_gets_past_the_rules_and_nothing_breaks_a_reader(ulong seed)
    {
        // 0 stands for any: what it finds is repeated by its number.
        seed = seed == 0 ? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) : seed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var result = new FuzzRun(new FuzzOptions(seed, 3_000) { Limit = _limit }).Run(_ => { }, TestContext.Current.CancellationToken);

        Assert.Empty(result.Failures.Select(failure => failure.ToString()));
        Assert.Equal(3_000, result.Counts.Sum(count => count.Count.Cases));
        Assert.All(result.Counts, count => Assert.NotEqual(0, count.Count.Cases));
    }

    [Fact]
    public void Each_rule_that_judges_has_reviews_that_it_denies()
    {
        var rules = _reviews.Value.Select(review => review.Rule).Distinct().ToList();

        Assert.Empty(BuiltInRules.Validating.Select(rule => rule.Id).Except(rules));
        Assert.InRange(_reviews.Value.Count, 800, 5_000);
        Assert.Contains(_reviews.Value, review => review.IsUpdate);
        Assert.Contains(_reviews.Value, review => review.IsScale);
        Assert.Contains(_reviews.Value, review => review.IsPod);
        Assert.Contains(_reviews.Value, review => review.Kind == "Rollout");
        Assert.Contains(_reviews.Value, review => review.Kind == "KafkaNodePool");
    }

    /// <summary>A policy with a hole is what the fuzzer is for: it must find it, leave out what it does not take, and find it again by its number.</summary>
    [Fact]
    public void A_hole_in_a_policy_is_found_and_told_with_what_it_takes()
    {
        var holed = FuzzedPolicy.Read("exemptions: [{usernames: [\"system:admin\"], rules: [all], reason: a hole}]");
        var review = _reviews.Value.First(review => review.Rule == "minimum-replicas" && review.Policy == BypassPolicies.Default);
        var kind = BypassFuzzer.Kind(new([review with { Policy = holed }]));
        var options = new FuzzOptions(3, 2_000) { Kinds = [kind], Limit = _limit };

        var failure = Assert.Single(new FuzzRun(options).Run(_ => { }, TestContext.Current.CancellationToken).Failures);

        Assert.Equal("it is allowed, though it violates minimum-replicas", failure.Wrong);
        Assert.Equal(["another user"], failure.Mutations);
        Assert.Equal(failure.Input, new FuzzWorker(options).Run(failure.Case)!.Input);
    }

    [Fact]
    public void A_case_that_does_not_end_is_told_and_not_waited_for()
    {
        using var never = new ManualResetEventSlim();
        var kind = new FuzzerKind("endless", "", "", 1, () => new EndlessFuzzer(never));
        var options = new FuzzOptions(1, 100) { Kinds = [kind], Workers = 1, Patience = TimeSpan.FromMilliseconds(300) };

        var failure = Assert.Single(new FuzzRun(options).Run(_ => { }, TestContext.Current.CancellationToken).Failures);
        never.Set();

        Assert.Equal("has not ended after 0 s", failure.Wrong);
        Assert.Equal("--replay 1:0 --only endless", failure.Replay);
    }

    private sealed class EndlessFuzzer(ManualResetEventSlim never) : IFuzzer
    {
        public IReadOnlyList<string> Mutations => ["none"];

        public int MostSteps => 1;

        public int PickStart(ref FuzzRandom random) => 0;

        public string NameOf(int start) => "nothing";

        public ReadOnlyMemory<byte> Compose(FuzzPlan plan) => default;

        public FuzzOutcome Judge(FuzzPlan plan, ReadOnlyMemory<byte> input)
        {
            never.Wait();
            return default;
        }
    }
}
