using System.Security.Cryptography.X509Certificates;
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
    public void The_next_authority_signs_only_after_it_was_seen_to_be_trusted_for_long_enough()
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

        // Trusted, but not for long enough; then it is gone for a moment.
        Watch(TimeSpan.FromSeconds(50), trusted: [first, next]);
        Assert.Null(Look().Why);
        Watch(TimeSpan.FromSeconds(3), trusted: [first]);
        Watch(TimeSpan.FromSeconds(48), trusted: [first, next]);
        Assert.Null(Look().Why);

        // A look that comes late loses nothing, and wins no more than a usual one.
        _clock.Advance(TimeSpan.FromHours(1));
        Watch(TimeSpan.FromSeconds(3), trusted: [first, next]);
        Assert.Null(Look().Why);
        Watch(TimeSpan.FromSeconds(6), trusted: [first, next]);
        var promotion = Look();
        Assert.True(promotion.Authorities!.Current.IsSameAs(next) && promotion.Authorities.Next is null);
        Assert.True(promotion.Authorities.Bundle.Contains(first.Certificate));
    }

    [Fact]
    public void Who_has_signed_stays_trusted_to_the_end_of_its_life()
    {
        var (first, second) = Promoted();
        _memory.Serving = second;
        _clock.Advance(first.NotAfter - _clock.GetUtcNow() + TimeSpan.FromSeconds(59));
        Assert.Null(Look().Why);
        _clock.Advance(TimeSpan.FromSeconds(2));
        var plan = Look();
        Assert.Equal("an authority that nobody needs any more leaves the bundle", plan.Why);
        Assert.Equal([second.Name], plan.Authorities!.Bundle.Certificates.Select(CertificateAuthority.NameOf));
    }

    [Fact]
    public void One_wrong_clock_replaces_nothing()
    {
        var first = Look().Authorities!.Current;
        var now = _clock.GetUtcNow();
        foreach (var wrong in (Moment[])[new(now.AddYears(5), now), new(now, now.AddYears(5)), new(now.AddYears(-5), now), new(now, now.AddYears(-5))])
        {
            var plan = Decide(_memory, wrong);
            Assert.True(plan.Why is null && plan.Authorities!.Current.IsSameAs(first) && plan.Authorities.Next is null, $"{wrong}: {plan.Why}");

            // Who has just started has nothing else to go by.
            plan = Decide(new(_options, _clock), wrong);
            Assert.True(plan.Why is null && plan.Authorities!.Current.IsSameAs(first), $"{wrong}: {plan.Why}");
        }

        var past = now.AddYears(5);
        Assert.True(Decide(_memory, new(past, past)).IsRenewal, "both clocks say that it has ended");
    }

    [Fact]
    public void The_next_authority_is_made_in_time_where_all_machines_are_behind_the_API_server()
    {
        var first = Look().Authorities!.Current;
        var now = _clock.GetUtcNow();
        Assert.Null(Decide(_memory, new(now.AddDays(64), now.AddDays(64.9))).Why);
        var plan = Decide(_memory, new(now.AddDays(64.2), now.AddDays(65.1)));
        Assert.True(plan.IsRenewal && plan.Authorities!.Current.IsSameAs(first) && plan.Authorities.Next!.HasBegun(new(now.AddDays(64.2), now.AddDays(65.1))));
        Assert.Null(Decide(_memory, new(now.AddDays(60), now.AddDays(66))).Why);
    }

    [Fact]
    public void Somebody_elses_authority_of_a_little_more_than_a_day_is_replaced_in_time()
    {
        // How far back it is valid is not known: a day, as it seems, and so it lives for three minutes.
        var (certificate, key) = TestCertificates.CreateAuthority("short", _clock.GetUtcNow().AddDays(-1), _clock.GetUtcNow().AddMinutes(3));
        _secret = JsonNode.Parse(TestCertificates.Secret(certificate.ExportCertificatePem(), key))!.AsObject();
        Assert.Null(Look().Authorities!.Next);
        Assert.Null(Look().Why);
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.True(Look().IsRenewal, "two and a half minutes are left");
    }

    [Fact]
    public void A_Secret_that_does_not_say_whose_it_is_is_marked_at_once()
    {
        var first = Look().Authorities!.Current;
        _secret!["metadata"]!["annotations"]!.AsObject().Remove("ha-webhook.io/installation");
        var plan = Look();
        Assert.Equal("it did not say whose it is", plan.Why);
        Assert.True(plan.Authorities!.Current.IsSameAs(first));
        Assert.Equal("ha-webhook", _secret!["metadata"]!["annotations"]!["ha-webhook.io/installation"]!.GetValue<string>());
        Assert.Null(Look().Why);
    }

    [Fact]
    public void Who_begins_later_is_waited_for_and_then_signs()
    {
        var first = Look().Authorities!.Current;
        var (certificate, key) = TestCertificates.CreateAuthority("later", _clock.GetUtcNow().AddDays(2), _clock.GetUtcNow().AddDays(500));
        Put(certificate, key);
        Assert.Equal("later", Look().Authorities!.Next?.Certificate.GetNameInfo(X509NameType.SimpleName, false));
        _memory.Serving = first;
        var next = _memory.Last!.Next!;
        Watch(TimeSpan.FromMinutes(5), trusted: [first, next]);
        Assert.Null(Look().Why);
        _clock.Advance(TimeSpan.FromDays(2));
        Watch(TimeSpan.FromSeconds(6), trusted: [first, next]);
        Assert.True(Look().Authorities!.Current.IsSameAs(next));
    }

    [Fact]
    public void Who_begins_too_late_and_was_given_up_leaves_the_bundle()
    {
        var first = Look().Authorities!.Current;
        var (certificate, key) = TestCertificates.CreateAuthority("too late", _clock.GetUtcNow().AddDays(90), _clock.GetUtcNow().AddDays(500));
        Put(certificate, key);
        Assert.True(Look().Authorities!.Bundle.Contains(certificate));
        var plan = Look();
        Assert.Equal("what stood there for the next authority cannot be one, and is gone", plan.Why);
        Assert.Equal([first.Name], plan.Authorities!.Bundle.Certificates.Select(CertificateAuthority.NameOf));
    }

    [Fact]
    public void A_spoilt_next_authority_is_put_back()
    {
        Look();
        _clock.Advance(TimeSpan.FromDays(66));
        var next = Look().Authorities!.Next!;
        _secret!["data"]!["next.key"] = "Z2FyYmFnZQ==";
        var plan = Look();
        Assert.Equal($"what stood there for the next authority was spoilt; {next.Name} is put back", plan.Why);
        Assert.True(next.IsSameAs(plan.Authorities!.Next));
    }

    [Fact]
    public void The_bundle_has_a_bound_and_keeps_who_is_in_use()
    {
        var first = Look().Authorities!.Current;
        _memory.Serving = first;
        var many = Enumerable.Range(0, 20).Select(number => CertificateAuthority.Create(_clock.GetUtcNow(), TimeSpan.FromDays(200 + number))).ToList();
        var full = many.Aggregate(CertificateBundle.Empty, (all, authority) => all.With(authority.Certificate));
        _secret = AuthoritySecret.Read(_secret).With(new(first, null, full), _identity);
        var bundle = Look().Authorities!.Bundle;
        Assert.Equal(8, bundle.Certificates.Length);
        Assert.True(bundle.Contains(first.Certificate) && bundle.Contains(many[^1].Certificate) && !bundle.Contains(many[0].Certificate));
        Assert.Null(Look().Why);
    }

    [Theory]
    [InlineData("1.3.6.1.5.5.7.3.2", null)]
    [InlineData(null, "example.org")]
    [InlineData(null, "svc")]
    public void Who_signs_nothing_that_API_servers_would_trust_does_not_sign(string? purpose, string? permitted)
    {
        var first = Look().Authorities!.Current;
        var now = _clock.GetUtcNow();
        var (certificate, key) = TestCertificates.CreateAuthority("unfit", now.AddDays(-1), now.AddDays(500), purpose, permitted);
        Put(certificate, key);
        var plan = Look();
        Assert.Contains("cannot be used: CN=unfit", plan.Why, StringComparison.Ordinal);
        Assert.Contains("signs nothing that API servers would trust for ha-webhook.ha-webhook.svc", plan.Why, StringComparison.Ordinal);
        Assert.True(plan.IsRepair && plan.Authorities!.Current.IsSameAs(first) && plan.Authorities.Next is null && !plan.Authorities.Bundle.Contains(certificate));

        // Nor as the next one, nor for who has just started.
        var data = _secret!["data"]!;
        (data["next.crt"], data["next.key"]) = (Base64(certificate.ExportCertificatePem()), Base64(key));
        Assert.Null(Decide(_memory).Authorities!.Next);
        (data["tls.crt"], data["tls.key"]) = (Base64(certificate.ExportCertificatePem()), Base64(key));
        Assert.True(Decide(new(_options, _clock)).IsRenewal);
    }

    [Fact]
    public void Who_ends_before_it_begins_signs_nothing_and_ends_no_look()
    {
        var first = Look().Authorities!.Current;
        var (certificate, key) = TestCertificates.CreateAuthority("backwards", _clock.GetUtcNow().AddDays(-1), _clock.GetUtcNow().AddDays(500));
        Put(TestCertificates.Backwards(certificate), key);
        var plan = Look();
        Assert.Contains("cannot be used: CN=backwards", plan.Why, StringComparison.Ordinal);
        Assert.True(plan.IsRepair && plan.Authorities!.Current.IsSameAs(first));
    }

    [Fact]
    public void A_proper_authority_of_somebody_else_signs_also_where_it_is_no_root()
    {
        var root = CertificateAuthority.Create(_clock.GetUtcNow(), TimeSpan.FromDays(500));
        var (certificate, key) = TestCertificates.CreateAuthority("issued", _clock.GetUtcNow(), _clock.GetUtcNow().AddDays(400), issuer: root.Certificate);
        _secret = JsonNode.Parse(TestCertificates.Secret(certificate.ExportCertificatePem(), key))!.AsObject();
        Assert.Equal("CN=issued", Look().Authorities!.Current.Certificate.Subject);
    }

    [Fact]
    public void The_Secret_of_another_installation_is_left_alone()
    {
        Look();
        var other = new AuthorityPlanner(_options, _identity with { Service = "another" }, 0.65);
        var plan = other.Decide(AuthoritySecret.Read(_secret), new(_options, _clock), Now);
        Assert.Null(plan.Authorities);
        Assert.Equal(
            "the Secret ha-webhook/ha-webhook-ca belongs to another installation of HaWebhook, that of the Service ha-webhook; give this one another with --ca-secret", plan.Why);
    }

    [Fact]
    public void What_this_replica_shows_is_put_back_into_the_bundle()
    {
        var (first, second) = Promoted();
        _memory.Serving = first;
        var without = new Authorities(second, null, CertificateBundle.Empty.With(second.Certificate));
        _secret = AuthoritySecret.Read(_secret).With(without, _identity);
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

    private Moment Now => new(_clock.GetUtcNow(), _clock.GetUtcNow());

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private AuthorityPlan Decide(AuthorityMemory memory, Moment? now = null) => _planner.Decide(AuthoritySecret.Read(_secret), memory, now ?? Now);

    /// <summary>Puts somebody else's authority into the Secret.</summary>
    private void Put(X509Certificate2 certificate, string key)
    {
        var data = _secret!["data"]!;
        (data["tls.crt"], data["tls.key"]) = (Base64(certificate.ExportCertificatePem()), Base64(key));
    }

    /// <summary>One look at the Secret, which becomes what was decided.</summary>
    private AuthorityPlan Look()
    {
        var plan = Decide(_memory);
        if (plan.Why is not null)
        {
            _secret = AuthoritySecret.Read(_secret).With(plan.Authorities!, _identity);
        }

        _memory.Last = plan.Authorities;
        return plan;
    }

    /// <summary>Time that passes with regular looks at the webhook configurations, which nobody changes.</summary>
    private void Watch(TimeSpan time, CertificateAuthority[] trusted)
    {
        var bundle = trusted.Aggregate(CertificateBundle.Empty, (all, authority) => all.With(authority.Certificate));
        for (var passed = TimeSpan.Zero; passed < time; passed += _options.LookInterval)
        {
            _memory.Trusted.Saw(bundle);
            _clock.Advance(_options.LookInterval);
        }

        _memory.Trusted.Saw(bundle);
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
