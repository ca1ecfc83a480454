using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Objects;

public partial class ImageReferenceTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("app", "app", "", "")]
    [InlineData("app:1", "app", "1", "")]
    [InlineData("team/app:1", "team/app", "1", "")]
    [InlineData("registry:5000/app", "registry:5000/app", "", "")]
    [InlineData("registry:5000/app:1", "registry:5000/app", "1", "")]
    [InlineData("localhost:5000", "localhost", "5000", "")]
    [InlineData("[2001:db8::1]:5000/app", "[2001:db8::1]:5000/app", "", "")]
    [InlineData("[2001:db8::1]/app:1", "[2001:db8::1]/app", "1", "")]
    [InlineData("app@" + Digest, "app", "", Digest)]
    [InlineData("app:1@" + Digest, "app", "1", Digest)]
    [InlineData("registry:5000/app@" + Digest, "registry:5000/app", "", Digest)]
    [InlineData("registry:5000/app:_1.a-B@" + Digest, "registry:5000/app", "_1.a-B", Digest)]
    public void Reference_IsTakenApart(string text, string name, string tag, string digest)
    {
        Assert.True(ImageReference.TryParse(text, out var reference));
        Assert.Equal((name, tag, digest), (reference.Name.ToString(), reference.Tag.ToString(), reference.Digest.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":")]
    [InlineData("@")]
    [InlineData("/")]
    [InlineData(":1")]
    [InlineData("app:")]
    [InlineData("app@")]
    [InlineData("app@sha256")]
    [InlineData("app@sha256:")]
    [InlineData("app@:0")]
    [InlineData("app@" + Digest + "@" + Digest)]
    [InlineData("@" + Digest)]
    [InlineData("/app")]
    [InlineData("app/")]
    [InlineData("app/:1")]
    [InlineData("ko://example.com/app")]
    [InlineData("app:$TAG")]
    [InlineData("${IMAGE}")]
    [InlineData("app:1+2")]
    [InlineData("app:1 ")]
    [InlineData("app:[1]")]
    [InlineData("größe:1")]
    public void WhatIsNone_IsRefused(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Tag_HasALongestLength(int length, bool accepted) =>
        Assert.Equal(accepted, ImageReference.TryParse("app:" + new string('1', length), out _));

    /// <summary>What the grammar of OCI Distribution accepts must be accepted, and taken apart alike.</summary>
    [Fact]
    public void References_AreTakenApartAsTheGrammarDoes()
    {
        var pieces = Gen.Elements(
            "a", "app", "1", "latest", "registry.example.com", "localhost", ":", "/", "@", ":5000/", "[::1]", "-", "__", "..", " ", "$", "sha256:", Digest);
        var texts = Gen.Choose(1, 7).SelectMany(count => pieces.ArrayOf(count)).Select(string.Concat);
        var property = Prop.ForAll(Arb.From(texts), text =>
        {
            var match = Grammar().Match(text);
            return !match.Success
                || (ImageReference.TryParse(text, out var reference)
                    && reference.Name.SequenceEqual(match.Groups["name"].Value)
                    && reference.Tag.SequenceEqual(match.Groups["tag"].Value)
                    && reference.Digest.SequenceEqual(match.Groups["digest"].Value));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), property);
    }

    [GeneratedRegex(
        @"^(?<name>((([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
        + @"|\[[a-fA-F0-9:]+\])(:[0-9]+)?/)?"
        + @"[a-z0-9]+(([_.]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([_.]|__|-+)[a-z0-9]+)*)*)"
        + @"(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
        + @"(@(?<digest>[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
