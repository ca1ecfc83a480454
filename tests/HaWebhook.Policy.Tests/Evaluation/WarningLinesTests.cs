using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Policy.Tests.Evaluation;

public class WarningLinesTests
{
    [Theory]
    [InlineData(
        "is an emptyDir at /var/lib/postgresql/data; must be on a claim",
        "persistent-data: spec.volumes[data] is an emptyDir at /var/lib/postgresql/data; must be on a claim")]
    [InlineData(
        "is an emptyDir (/data/db is where the container db keeps the data of a MongoDB replica set); must be on a claim",
        "persistent-data: spec.volumes[data] is an emptyDir (/data/db is where the container db keeps the ...; must be on a claim")]
    [InlineData(
        "is such that what is required of it would alone fill the whole of the line; must be something that takes more than the half of it to say",
        "persistent-data: spec.volumes[data] is such that what is required of it would alone fill the whole of the line; must ...")]
    public void A_line_that_is_too_long_keeps_what_is_required(string message, string expected)
    {
        var finding = new Finding
        {
            Rule = "persistent-data",
            Action = ValidationAction.Warn,
            Intended = ValidationAction.Warn,
            Field = "spec.volumes[data]",
            Message = message,
            SayFix = () => "",
        };

        var line = Assert.Single(WarningLines.Of(new Verdict { Findings = [finding] }));

        Assert.Equal(expected, line);
        Assert.True(line.Length <= 120, line);
    }
}
