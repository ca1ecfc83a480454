using System.Text;
using HaWebhook.ApiServer.Requests;

namespace HaWebhook.ApiServer.Tests;

/// <summary>The objects that newer versions of kubectl send as protobuf; the bytes are written out here field by field.</summary>
public sealed class ProtobufTests
{
    [Fact]
    public void ANamespace()
    {
        var metadata = Field(1, "shop").Concat(Field(11, Field(1, "team").Concat(Field(2, "a")))).Concat(Field(4, ""));
        Assert.Equal("""{"metadata":{"name":"shop","labels":{"team":"a"}}}""",
            Protobuf.Read(Envelope("v1", "Namespace", Field(1, metadata).Concat(Field(2, "")))).ToJsonString());
    }

    [Fact]
    public void AnAutoscaler()
    {
        var target = Field(1, "Deployment").Concat(Field(2, "web")).Concat(Field(3, "apps/v1"));
        var metric = Field(1, "Resource").Concat(Field(4, Field(1, "cpu").Concat(Field(2, Field(1, "Utilization").Concat(Number(4, 80))))));
        var spec = Field(1, target).Concat(Number(2, 2)).Concat(Number(3, 300)).Concat(Field(4, metric));
        Assert.Equal("""
            {"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"},"minReplicas":2,"maxReplicas":300,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":80}}}]}}
            """.Trim(), Protobuf.Read(Envelope("autoscaling/v2", "HorizontalPodAutoscaler", Field(2, spec))).ToJsonString());
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", 1, 415)]
    [InlineData("v1", "Namespace", 9, 415)]
    public void WhatIsNotListed_IsRefused(string version, string kind, int field, int code)
        => Assert.Equal(code, Assert.Throws<ApiException>(() => Protobuf.Read(Envelope(version, kind, Field(field, "x")))).Code);

    [Fact]
    public void WhatEndsEarly_IsRefused()
    {
        var whole = Envelope("v1", "Namespace", Field(1, Field(1, "shop")));
        // Cut right before the object's own field it is whole: an empty Namespace.
        var emptyObject = Envelope("v1", "Namespace", []).Length - 2;
        Assert.All(Enumerable.Range(0, whole.Length).Where(length => length != emptyObject),
            length => Assert.Contains(Assert.ThrowsAny<ApiException>(() => Protobuf.Read(whole.AsMemory(0, length))).Code, (int[])[400, 415]));
    }

    private static byte[] Envelope(string version, string kind, IEnumerable<byte> raw)
        => [.. "k8s\0"u8, .. Field(1, Field(1, version).Concat(Field(2, kind))), .. Field(2, raw)];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, IEnumerable<byte> bytes)
    {
        byte[] content = [.. bytes];
        return [.. Varint((number << 3) | 2), .. Varint(content.Length), .. content];
    }

    private static byte[] Number(int number, int value) => [.. Varint(number << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 0x7f; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
