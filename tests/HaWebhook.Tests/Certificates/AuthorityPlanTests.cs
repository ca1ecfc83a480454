using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Certificates;

namespace HaWebhook.Tests.Certificates;

/// <summary>What is decided, look by look, by a clock that only a test moves.</summary>
public sealed class AuthorityPlanTests
{
    private static readonly ServiceIdentity _identity = new("ha-webhook", "ha-webhook", "ha-webhook-ca", "ha-webhook");

    private static readonly CertificateOptions _options = new()
    {
        AuthorityLifetime = TimeSpan.FromDays(100),
        CertificateLifetime = TimeSpan.FromDays(1),
        Propagation = TimeSpan.FromSeconds(60),
    };

    private readonly StillClock _clock = new();
    private readonly AuthorityMemory _memory;
    private readonly AuthorityPlanner _planner = new(_options, _identity, 0.65);
    private JsonObject? _secret;

    public AuthorityPlanTests() => _memory = new(_options, _clock);

    [Fact]
    public void The_next_authority_signs_only_after_it_was_seen_to_be_trusted_for_long_enough_and_without_a_gap()
    {
        var first = Look().Authorities!.Current;
        _clock.Advance(TimeSpan.FromDays(64));
        Assert.Null(Look().Why);
        _clock.Advance(TimeSpan.FromDays(2));
        var plan = Look();
        Assert.True(plan.IsRenewal);
        var next = plan.Authorities!.Next!;
        Assert.True(plan.Authorities.Current.IsSameAs(first));
        Assert.True(plan.Authorities.Bundle.Contains(first.Certificate) && plan.Authorities.Bundle.Contains(next.Certificate));

        // Nobody trusts it yet, however long it stands there.
        Watch(TimeSpan.FromMinutes(10), trusted: [first]);
        Assert.Null(Look().Why);

        // Trusted, but not for long enough; then it is gone for a moment; then nobody looks for a while.
        Watch(TimeSpan.FromSeconds(50), trusted: [first, next]);
        Assert.Null(Look().Why);
        Watch(TimeSpan.FromSeconds(10), trusted: [first]);
        Watch(TimeSpan.FromSeconds(50), trusted: [first, next]);
        Assert.Null(Look().Why);
        _clock.Advance(TimeSpan.FromHours(1));
        Watch(TimeSpan.FromSeconds(50), trusted: [first, next]);
        Assert.Null(Look().Why);

        Watch(TimeSpan.FromSeconds(20), trusted: [first, next]);
        var promotion = Look();
        Assert.True(promotion.Authorities!.Current.IsSameAs(next) && promotion.Authorities.Next is null);
        Assert.True(promotion.Authorities.Bundle.Contains(first.Certificate));
    }

    [Fact]
    public void A_retired_authority_stays_until_no_certificate_of_it_can_be_in_use()
    {
        var (first, second) = Promoted();
        _memory.Serving = first;
        Watch(TimeSpan.FromDays(2), trusted: [first, second], step: TimeSpan.FromSeconds(30));
        Assert.True(Look().Authorities!.Bundle.Contains(first.Certificate), "this replica shows a certificate of it");
        _memory.Serving = second;
        Assert.False(Look().Authorities!.Bundle.Contains(first.Certificate));
    }

    [Fact]
    public void A_replica_that_has_just_started_lets_a_retired_authority_stay()
    {
        var (first, second) = Promoted();
        var fresh = new AuthorityMemory(_options, _clock) { Serving = second };
        var plan = _planner.Decide(AuthoritySecret.Read(_secret, _clock.GetUtcNow()), fresh, _clock.GetUtcNow());
        Assert.Null(plan.Why);
        Assert.True(plan.Authorities!.Bundle.Contains(first.Certificate));

        // By its end at the latest nothing needs it.
        _clock.Advance(first.NotAfter - _clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        plan = _planner.Decide(AuthoritySecret.Read(_secret, _clock.GetUtcNow()), new(_options, _clock), _clock.GetUtcNow());
        Assert.False(plan.Authorities!.Bundle.Contains(first.Certificate));
    }

    [Fact]
    public void What_this_replica_shows_is_put_back_into_the_bundle()
    {
        var (first, second) = Promoted();
        _memory.Serving = first;
        var without = new Authorities(second, null, CertificateBundle.Empty.With(second.Certificate));
        _secret = AuthoritySecret.Read(_secret, _clock.GetUtcNow()).With(without, "ha-webhook-ca");
        var plan = Look();
        Assert.Equal("its bundle lacked an authority that is in use", plan.Why);
        Assert.True(plan.Authorities!.Bundle.Contains(first.Certificate));
    }

    [Fact]
    public void A_lost_Secret_comes_back_with_the_rotation_that_was_under_way()
    {
        var first = Look().Authorities!.Current;
        _clock.Advance(TimeSpan.FromDays(66));
        var next = Look().Authorities!.Next!;
        _secret = null;
        var plan = Look();
        Assert.True(plan.IsRepair && !plan.IsRenewal);
        Assert.True(plan.Authorities!.Current.IsSameAs(first) && next.IsSameAs(plan.Authorities.Next));
    }

    [Fact]
    public void A_Secret_of_another_kind_keeps_all_that_is_not_ours()
    {
        _secret = JsonNode.Parse("""{"metadata":{"name":"a","annotations":{"b":"c"}},"type":"Opaque","data":{"other":"eA=="}}""")!.AsObject();
        Look();
        Assert.Equal(("c", "Opaque", "eA=="), (_secret["metadata"]!["annotations"]!["b"]!.GetValue<string>(), _secret["type"]!.GetValue<string>(), _secret["data"]!["other"]!.GetValue<string>()));
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", Encoding.ASCII.GetString(Convert.FromBase64String(_secret["data"]!["ca-bundle.crt"]!.GetValue<string>())), StringComparison.Ordinal);
    }

    /// <summary>One look at the Secret, which becomes what was decided.</summary>
    private AuthorityPlan Look()
    {
        var now = _clock.GetUtcNow();
        var read = AuthoritySecret.Read(_secret, now);
        var plan = _planner.Decide(read, _memory, now);
        if (plan.Why is not null)
        {
            _secret = read.With(plan.Authorities!, "ha-webhook-ca");
        }

        _memory.Saw(plan.Authorities!);
        return plan;
    }

    /// <summary>Time that passes with regular looks at the webhook configurations and the Secret, which nobody changes.</summary>
    private void Watch(TimeSpan time, CertificateAuthority[] trusted, TimeSpan? step = null)
    {
        var interval = step ?? TimeSpan.FromSeconds(10);
        var bundle = trusted.Aggregate(CertificateBundle.Empty, (all, authority) => all.With(authority.Certificate));
        for (var passed = TimeSpan.Zero; passed < time; passed += interval)
        {
            _memory.Trusted.Saw(bundle);
            _memory.Saw(_memory.Last!);
            _clock.Advance(interval);
        }

        _memory.Trusted.Saw(bundle);
        _memory.Saw(_memory.Last!);
    }

    /// <summary>A rotation up to where the next authority signs.</summary>
    private (CertificateAuthority First, CertificateAuthority Second) Promoted()
    {
        var first = Look().Authorities!.Current;
        _clock.Advance(TimeSpan.FromDays(66));
        var next = Look().Authorities!.Next!;
        Watch(TimeSpan.FromSeconds(60), trusted: [first, next]);
        Assert.True(Look().Authorities!.Current.IsSameAs(next));
        return (first, next);
    }

    private sealed class StillClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public void Advance(TimeSpan time) => _now += time;
    }
}
