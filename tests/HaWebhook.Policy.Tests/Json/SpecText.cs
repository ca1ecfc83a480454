using System.Text;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

/// <summary>Reads objects of which only the spec is given.</summary>
internal static class SpecText
{
    private static readonly PolicyReader _reader = new PolicyEvaluator(PolicyOptions.Default, FixedClock.Default).Reader;

    public static T Read<T>(string spec, string apiVersion, string kind)
        where T : KubernetesObject =>
        Assert.IsType<T>(_reader.ReadObject(Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"web"},"spec":{{spec}}}"""), apiVersion, kind));

    public static PodSpec Pod(string spec) => Read<Pod>(spec, "v1", "Pod").Template.Spec;

    public static Container Container(string container) => Assert.Single(Pod($$"""{"containers":[{{container}}]}""").Containers);
}
