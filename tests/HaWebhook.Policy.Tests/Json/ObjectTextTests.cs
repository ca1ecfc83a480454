using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Json;

namespace HaWebhook.Policy.Tests.Json;

public class ObjectTextTests
{
    [Theory]
    [InlineData(
        """{"a":1,"metadata":{"name":"web","managedFields":[{"manager":"kubectl"}],"labels":{"status":"kept"}},"status":{"replicas":1},"spec":{"status":2}}""",
        """{"a":1,"metadata":{"name":"web","labels":{"status":"kept"}},"spec":{"status":2}}""")]
    [InlineData("""{"status":{},"managedFields":[1]}""", """{"managedFields":[1]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1","uid":"2"},"resourceVersion":3}""", """{"metadata":{"uid":"2"},"resourceVersion":3}""")]
    [InlineData(""" { "spec" : { "a" : 1.50 } } """, """{"spec":{ "a" : 1.50 }}""")]
    [InlineData("""{"metadata":null}""", """{"metadata":null}""")]
    [InlineData("{}", "{}")]
    [InlineData("null", "null")]
    public void Text_IsWithoutManagedFieldsAndStatus(string json, string expected) => Assert.Equal(expected, Text(json));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}{}")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"spec":}""")]
    public void WhatIsNoObject_IsRefused(string json) => Assert.Throws<MalformedJsonException>(() => Text(json));

    [Fact]
    public void Object_IsReadAsBefore()
    {
        var deployment = ObjectJson.Deployment().WithJson("metadata.managedFields", "[{}]").WithJson("status", "{}");
        var text = Text(deployment.ToJsonString());

        Assert.True(JsonNode.DeepEquals(ObjectJson.Deployment(), JsonNode.Parse(text)));
    }

    private static string Text(string json) => Encoding.UTF8.GetString(ObjectText.Of(Encoding.UTF8.GetBytes(json)));
}
