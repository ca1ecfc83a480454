using System.Text;
using System.Text.Json.Nodes;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;

namespace HaWebhook.Policy.Tests.Json;

public class DamagedReviewTests
{
    [Fact]
    public void DamagedReview_IsReadOrRefusedButNeverCrashes()
    {
        const int mutations = 20_000;
        var random = new Random(20261120);
        var captured = RepositoryFile.ReadBytes(RepositoryFile.CapturedReview);
        byte[][] reviews =
        [
            captured,
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(captured).Replace("\"replicas\":3", "\"replicas\":1", StringComparison.Ordinal)),
            Bytes(ReadFields.Deployment()),
            Bytes(ReviewJson.OfUpdate(ObjectJson.Deployment(3), ObjectJson.Deployment(1)).ToNode()),
            Bytes(ReviewJson.OfScale(2, 1).ToNode()),
        ];
        var refused = 0;
        for (var i = 0; i < mutations; i++)
        {
            var damaged = Damaged(reviews[i % reviews.Length], random);
            try
            {
                var review = VerdictText.Evaluator.Reader.ReadReview(damaged);
                Assert.Empty(VerdictText.Evaluator.Validate(review, RelatedObjects.None).Errors);
                Assert.Empty(VerdictText.Evaluator.Mutate(review, RelatedObjects.None).Errors);
            }
            catch (MalformedJsonException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, mutations / 4, mutations - 1);
    }

    [Fact]
    public void EmptyMetadata_HasNoNulls()
    {
        Assert.NotNull(Metadata.Empty.Labels);
        Assert.NotNull(Metadata.Empty.Annotations);
    }

    [Theory]
    [InlineData("request.object.metadata")]
    [InlineData("request.object.spec")]
    [InlineData("request.object.spec.template")]
    [InlineData("request.object.spec.template.metadata")]
    public void ObjectWithoutMandatoryPart_IsJudgedAllTheSame(string field)
    {
        var review = VerdictText.Evaluator.Reader.ReadReview(Bytes(ReadFields.Deployment().Without(field)));

        Assert.Empty(VerdictText.Evaluator.Validate(review, RelatedObjects.None).Errors);
        Assert.Empty(VerdictText.Evaluator.Mutate(review, RelatedObjects.None).Errors);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("[7]")]
    [InlineData("[{\"operation\":7}]")]
    [InlineData("[{\"operation\":\"Apply\",\"fieldsV1\":{\"f:spec\":[]}}]")]
    public void MalformedManagedFields_LiftNoDenial(string managedFields)
    {
        var review = ReviewJson.OfCreate(ObjectJson.Deployment(1).WithJson("metadata.managedFields", managedFields)).Read();

        Assert.False(VerdictText.Evaluator.Validate(review, RelatedObjects.None).IsAllowed);
    }

    private static byte[] Damaged(byte[] review, Random random)
    {
        var damaged = new List<byte>(review);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var position = random.Next(damaged.Count);
            var length = Math.Min(random.Next(1, 40), damaged.Count - position);
            switch (random.Next(6))
            {
                case 0:
                    damaged[position] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    damaged.RemoveRange(position, length);
                    break;
                case 3:
                    damaged.InsertRange(random.Next(damaged.Count), damaged.GetRange(position, length));
                    break;
                case 4:
                    damaged[position] = (byte)"{}[]\",:\\0-enul"[random.Next(14)];
                    break;
                default:
                    damaged.Insert(position, (byte)random.Next(256));
                    break;
            }
        }

        return [.. damaged];
    }

    private static byte[] Bytes(JsonNode review) => Encoding.UTF8.GetBytes(review.ToJsonString());
}
