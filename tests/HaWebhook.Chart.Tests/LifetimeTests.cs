using HaWebhook.Certificates;
using HaWebhook.Commands;

namespace HaWebhook.Chart.Tests;

/// <summary>Lifetimes that the program refuses are refused before anything is installed, and no others.</summary>
public class LifetimeTests
{
    [Theory]
    [InlineData("365d", "7d", "60s", "")]
    [InlineData("14d", "7d", "60s", "")]
    [InlineData("1209599s", "7d", "60s", "certificateLifetime is 7d; it must be at most half of caLifetime, which is 1209599s")]
    [InlineData("1h", "7d", "60s", "certificateLifetime is 7d; it must be at most half of caLifetime, which is 1h")]
    [InlineData("365d", "5s", "60s", "")]
    [InlineData("365d", "4s", "60s", "certificateLifetime is 4s; it must be at least 5s")]
    [InlineData("500s", "1m", "1m", "")]
    [InlineData("499s", "1m", "1m", "caLifetime is 499s; it must be at least 500s with a caPropagation of 1m")]
    [InlineData("27s", "5s", "1s", "")]
    [InlineData("26s", "5s", "1s", "caLifetime is 26s; it must be at least 27s with a caPropagation of 1s")]
    [InlineData("6767m", "1h", "1000m", "")]
    [InlineData("6666m", "1h", "1000m", "caLifetime is 6666m; it must be at least 400100s with a caPropagation of 1000m")]
    [InlineData("36500d", "7d", "60s", "")]
    [InlineData("36501d", "7d", "60s", "caLifetime is 36501d; it must be at most 36500d")]
    public async Task Of_certificates_that_the_program_makes(string authority, string certificate, string propagation, string told)
    {
        var result = await Render.TryAsync(
            $"certificates: {{selfManaged: {{caLifetime: {authority}, certificateLifetime: {certificate}, caPropagation: {propagation}}}}}");

        Assert.Equal(told.Length == 0, result.ExitCode == 0);
        Assert.Contains(told.Length == 0 ? "" : $": certificates.selfManaged.{told}\n", result.Errors, StringComparison.Ordinal);
        Assert.Equal(told.Length == 0, IsTakenByTheProgram(authority, certificate, propagation));

        // Nobody else minds them.
        Assert.Equal(0, (await Render.TryAsync(
            $"certificates: {{mode: certManager, selfManaged: {{caLifetime: {authority}, certificateLifetime: {certificate}, caPropagation: {propagation}}}}}")).ExitCode);
    }

    [Theory]
    [InlineData("renewBefore: 2159h", "")]
    [InlineData("renewBefore: 2160h", "renewBefore is 2160h; it must be less than duration, which is 2160h")]
    [InlineData("duration: 1h30m, renewBefore: 1h29m59s", "")]
    [InlineData("duration: 1h30m, renewBefore: 90m", "renewBefore is 90m; it must be less than duration, which is 1h30m")]
    [InlineData("caDuration: 2160h", "")]
    [InlineData("caDuration: 2159h", "duration is 2160h; it must be at most caDuration, which is 2159h")]
    [InlineData("caDuration: 2159h, issuerRef: {name: platform}", "")]
    public async Task Of_certificates_that_cert_manager_makes(string values, string told)
    {
        var result = await Render.TryAsync($"certificates: {{mode: certManager, certManager: {{{values}}}}}");

        Assert.Equal(told.Length == 0, result.ExitCode == 0);
        Assert.Contains(told.Length == 0 ? "" : $": certificates.certManager.{told}\n", result.Errors, StringComparison.Ordinal);
    }

    private static bool IsTakenByTheProgram(string authority, string certificate, string propagation) =>
        CommandOptions.TryDuration(authority, out var authorityLifetime, out _)
        & CommandOptions.TryDuration(certificate, out var certificateLifetime, out _)
        & CommandOptions.TryDuration(propagation, out var propagationTime, out _)
        && new CertificateOptions { AuthorityLifetime = authorityLifetime, CertificateLifetime = certificateLifetime, Propagation = propagationTime }.Problem is null;
}
