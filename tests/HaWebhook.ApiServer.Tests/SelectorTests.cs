using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Requests;

namespace HaWebhook.ApiServer.Tests;

public sealed class SelectorTests
{
    private static readonly Dictionary<string, string> _labels = new() { ["app"] = "web", ["tier"] = "front", ["empty"] = "" };

    [Theory]
    [InlineData("", true)]
    [InlineData("app=web", true)]
    [InlineData("app==web,tier=front", true)]
    [InlineData("app=api", false)]
    [InlineData("app!=api", true)]
    [InlineData("zone!=a", true)]
    [InlineData("app", true)]
    [InlineData("zone", false)]
    [InlineData("!zone", true)]
    [InlineData("!app", false)]
    [InlineData("app in (web,api),tier", true)]
    [InlineData("app notin (web, api)", false)]
    [InlineData("zone notin (a)", true)]
    [InlineData("empty=", true)]
    public void TextSelectors(string text, bool selects) => Assert.Equal(selects, Selectors.Labels(text)(_labels));

    [Theory]
    [InlineData("null", true)]
    [InlineData("{}", true)]
    [InlineData("""{"matchLabels":{"app":"web"}}""", true)]
    [InlineData("""{"matchLabels":{"app":"web","zone":"a"}}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"In","values":["api","web"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"zone","operator":"NotIn","values":["a"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"Exists"},{"key":"zone","operator":"DoesNotExist"}]}""", true)]
    public void ObjectSelectors(string selector, bool selects) => Assert.Equal(selects, Selectors.Matches(JsonNode.Parse(selector) as JsonObject, _labels));
}
