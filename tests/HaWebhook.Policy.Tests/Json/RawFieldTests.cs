using System.Text;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class RawFieldTests
{
    [Theory]
    [InlineData("""{"storage":{"type":"ephemeral"}}""", """{"type":"ephemeral"}""")]
    [InlineData("""{"a":[1],"storage":7}""", "7")]
    [InlineData("""{"storage":null}""", "")]
    [InlineData("""{"other":{"storage":1}}""", "")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("""{"storage":""", "")]
    [InlineData("", "")]
    public void Field_IsFoundAsItsBytes(string json, string found) => Assert.Equal(found, Text(RawField.Find(Bytes(json), "storage")));

    [Theory]
    [InlineData("""{"storage":{"type":"ephemeral"}}""", "ephemeral")]
    [InlineData("""{"storage":{"type":"a\u0062c"}}""", "abc")]
    [InlineData("""{"storage":{"type":7}}""", null)]
    [InlineData("""{"storage":"type"}""", null)]
    [InlineData("""{"storage":{"type":"\ud800"}}""", null)]
    [InlineData("{}", null)]
    public void Text_IsThatOfTheFieldAtThePath(string json, string? text) => Assert.Equal(text, RawField.Text(Bytes(json), "storage", "type"));

    [Theory]
    [InlineData("""{"nodeSets":[{"count":1},7,"a"]}""", """{"count":1} 7 "a" """)]
    [InlineData("""{"nodeSets":[]}""", "")]
    [InlineData("""{"nodeSets":{}}""", "")]
    [InlineData("{}", "")]
    public void Items_AreThoseOfTheList(string json, string items) =>
        Assert.Equal(items.TrimEnd(), string.Join(' ', RawField.Items(Bytes(json), "nodeSets").Select(Text)));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("3.0", 3)]
    [InlineData("3e0", 3)]
    [InlineData("30E-1", 3)]
    [InlineData("-1", null)]
    [InlineData("0.5", null)]
    [InlineData("1e400", null)]
    [InlineData("2147483648", null)]
    [InlineData("\"3\"", null)]
    public void Count_IsAWholeNumberInAnySpelling(string json, int? count) => Assert.Equal(count, RawField.Count(Bytes($$"""{"count":{{json}}}"""), "count"));

    [Fact]
    public void SpecOfAReplicatedResource_IsThereForTheRules()
    {
        var cluster = SpecText.Read<ReplicatedResource>("""{"instances":3,"storage":{"size":"1Gi"}}""", "postgresql.cnpg.io/v1", "Cluster");

        Assert.Equal("1Gi", RawField.Text(cluster.SpecBytes, "storage", "size"));
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
