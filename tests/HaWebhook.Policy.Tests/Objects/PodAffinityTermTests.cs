using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public class PodAffinityTermTests
{
    private static readonly Dictionary<string, string> _labels = new() { ["app"] = "web", ["pod-template-hash"] = "6d4cf56db6" };

    public static TheoryData<string, bool> Terms => new()
    {
        { "app=web", true },
        { "app=api", false },
        { "everything", true },
        { "absent", false },
        { "app=web namespaces=shop", true },
        { "app=web namespaces=bank,shop", true },
        { "app=web namespaces=bank", false },
        { "app=web namespaces=SHOP", false },
        { "app=web byLabel", true },
        { "app=web namespaces=bank byLabel", true },
        { "absent byLabel", false },
        { "app=web mismatch=pod-template-hash", false },
        { "app=web mismatch=tenant", true },
        { "app=web mismatch=tenant,app", false },
    };

    [Theory]
    [MemberData(nameof(Terms))]
    public void Term_SelectsThePodsOwnKind(string term, bool selects) => Assert.Equal(selects, Parse(term).Selects("shop", _labels));

    [Theory]
    [InlineData("absent", true)]
    [InlineData("absent namespaces=bank,shop", true)]
    [InlineData("absent namespaces=bank", false)]
    [InlineData("absent namespaces=bank byLabel", true)]
    public void Term_ReachesItsNamespaces(string term, bool reaches) => Assert.Equal(reaches, Parse(term).ReachesNamespace("shop"));

    private static PodAffinityTerm Parse(string text)
    {
        var words = text.Split(' ');
        LabelSelector? selector = words[0] switch
        {
            "absent" => null,
            "everything" => new(null),
            var label => new(new Dictionary<string, string> { [label.Split('=')[0]] = label.Split('=')[1] }),
        };
        return new("kubernetes.io/hostname", selector, ListOf("namespaces"), words.Contains("byLabel"), ListOf("mismatch"), "field");

        string[] ListOf(string option) =>
            words.FirstOrDefault(word => word.StartsWith(option + "=", StringComparison.Ordinal))?[(option.Length + 1)..].Split(',') ?? [];
    }
}
