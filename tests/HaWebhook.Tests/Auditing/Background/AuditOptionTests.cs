using HaWebhook.Tests.Commands;

namespace HaWebhook.Tests.Auditing.Background;

public sealed class AuditOptionTests
{
    [Theory]
    [InlineData("--audit-interval must be 0, or a whole number with s, m or h from 10s to 24h, such as 10m, not '5s'", "--audit-interval", "5s")]
    [InlineData("--audit-interval must be 0, or a whole number with s, m or h from 10s to 24h, such as 10m, not '2d'", "--audit-interval", "2d")]
    [InlineData("--audit-interval must be 0, or a whole number with s, m or h from 10s to 24h, such as 10m, not 'often'", "--audit-interval", "often")]
    [InlineData("--audit-reports must be auto or none, not 'some'", "--audit-interval", "10m", "--audit-reports", "some")]
    [InlineData("--audit-interval needs a cluster and goes without --no-cluster", "--audit-interval", "10m", "--no-cluster")]
    [InlineData("--audit-events goes with --audit-interval, such as --audit-interval 10m", "--audit-events", "--no-cluster")]
    [InlineData("--audit-events goes with --audit-interval, such as --audit-interval 10m", "--audit-interval", "0", "--audit-events", "--no-cluster")]
    public async Task What_cannot_be_is_one_clear_line(string line, params string[] arguments)
    {
        var result = await Cli.RunAsync(["serve", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(line, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
