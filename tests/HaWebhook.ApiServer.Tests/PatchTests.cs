using System.Text.Json.Nodes;
using HaWebhook.ApiServer.Patches;

namespace HaWebhook.ApiServer.Tests;

/// <summary>Patches, each in a line: object, patch, result. No result means that it does not apply.</summary>
public sealed class PatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":{"c":[]}},{"op":"add","path":"/b/c/-","value":1},{"op":"add","path":"/b/c/0","value":0}]""", """{"a":1,"b":{"c":[0,1]}}""")]
    [InlineData("""{"a":{}}""", """[{"op":"add","path":"/a/b~1c~0d","value":1}]""", """{"a":{"b/c~d":1}}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"remove","path":"/a/-1"}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"/b","value":2}]""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":1}""", """[{"op":"move","from":"/a","path":"/b"}]""", """{"b":1}""")]
    [InlineData("""{"a":{"x":1}}""", """[{"op":"copy","from":"/a","path":"/b"},{"op":"replace","path":"/b/x","value":2}]""", """{"a":{"x":1},"b":{"x":2}}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":1},{"op":"test","path":"/b","value":null}]""", """{"a":1}""")]
    [InlineData("""{"a":null}""", """[{"op":"add","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":2}]""", null)]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b/c","value":1}]""", null)]
    [InlineData("""{"a":1}""", """[{"op":"remove","path":"/b"}]""", null)]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/3","value":1}]""", null)]
    [InlineData("""{"a":[1]}""", """[{"op":"replace","path":"/a/1","value":1}]""", null)]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"b","value":1}]""", null)]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b"}]""", null)]
    [InlineData("""{"a":1}""", """[{"op":"jump","path":"/a"}]""", null)]
    [InlineData("""{"a":1}""", """[1]""", null)]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":[]}]""", null)]
    public void JsonPatches(string value, string patch, string? expected)
    {
        string? actual;
        try
        {
            actual = JsonPatch.Apply(JsonNode.Parse(value)!.AsObject(), JsonNode.Parse(patch)!.AsArray()).ToJsonString();
        }
        catch (PatchException)
        {
            actual = null;
        }

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":null,"d":3}}""", """{"a":{"c":2,"d":3}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[3]}""", """{"a":[3]}""")]
    [InlineData("""{"a":1}""", """{"a":{"b":null,"c":1}}""", """{"a":{"c":1}}""")]
    public void MergePatches(string value, string patch, string expected)
    {
        var target = JsonNode.Parse(value)!.AsObject();
        MergePatch.Apply(target, JsonNode.Parse(patch)!.AsObject());
        Assert.Equal(expected, target.ToJsonString());
    }

    [Theory]
    [InlineData("""{"containers":[{"name":"a","image":"1"},{"name":"b"}]}""", """{"containers":[{"name":"a","image":"2"},{"name":"c"}]}""",
        """{"containers":[{"name":"a","image":"2"},{"name":"b"},{"name":"c"}]}""")]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b"}]}""", """{"containers":[{"$patch":"delete","name":"a"}]}""", """{"containers":[{"name":"b"}]}""")]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b"}]}""", """{"containers":[{"$patch":"replace"},{"name":"c"}]}""", """{"containers":[{"name":"c"}]}""")]
    [InlineData("""{"containers":[{"name":"a"}]}""", """{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"b"}]}""",
        """{"containers":[{"name":"b"},{"name":"a"}]}""")]
    [InlineData("""{"ports":[{"containerPort":80,"protocol":"TCP"}]}""", """{"ports":[{"containerPort":80,"name":"http"},{"containerPort":81}]}""",
        """{"ports":[{"containerPort":80,"protocol":"TCP","name":"http"},{"containerPort":81}]}""")]
    [InlineData("""{"ports":[{"port":80}]}""", """{"ports":[{"port":80,"name":"http"}]}""", """{"ports":[{"port":80,"name":"http"}]}""")]
    [InlineData("""{"env":[{"name":"A","value":"1"}]}""", """{"env":[{"name":"A","value":null,"valueFrom":{}}]}""", """{"env":[{"name":"A","valueFrom":{}}]}""")]
    [InlineData("""{"tolerations":[{"key":"a"}]}""", """{"tolerations":[{"key":"b"}]}""", """{"tolerations":[{"key":"b"}]}""")]
    [InlineData("""{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}""", """{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}""",
        """{"strategy":{"type":"Recreate"}}""")]
    [InlineData("""{"strategy":{"a":1}}""", """{"strategy":{"$patch":"replace","b":2}}""", """{"strategy":{"b":2}}""")]
    [InlineData("""{"strategy":{"a":1}}""", """{"strategy":{"$patch":"delete"}}""", "{}")]
    [InlineData("""{"finalizers":["a","b"]}""", """{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]}""", """{"finalizers":["b","c"]}""")]
    [InlineData("""{"args":["a"]}""", """{"args":["b"]}""", """{"args":["b"]}""")]
    public void StrategicMergePatches(string value, string patch, string expected)
    {
        var target = JsonNode.Parse(value)!.AsObject();
        StrategicMergePatch.Apply(target, JsonNode.Parse(patch)!.AsObject());
        Assert.Equal(expected, target.ToJsonString());
    }
}
